#ifndef COMPLAINT_ATTACHMENT_H
#define COMPLAINT_ATTACHMENT_H

#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/complaint/command_check.h"

/* Files that belong to a complaint (api.md: 50 MiB each). */

#define ATTACHMENT_BYTES_MAX (INT64_C(50) << 20) /* of one */
#define ATTACHMENTS_MAX 200                      /* of a complaint */
#define ATTACHMENTS_BYTES_MAX (INT64_C(1) << 30) /* of all of them together */

/* FAULT_ATTACHMENTS_FULL when the complaint has no room for another file of that size. */
enum fault attachment_room(const struct complaint *complaint, int64_t size);

/* The name of a file alone, neither a path nor one that a system keeps for itself: "no_path". */
command_check check_attachment;

/* The type of what libmagic calls so ("audio/x-wav"); TERM_NONE: files of this kind are not taken. What
 * a browser could show as a page, or a system run, is not among them. */
int attachment_type_named(struct text media_type);

/* The media type as which a type of file is sent. */
const char *attachment_media_type(enum attachment_type type);

/* The name under which a file is saved: that which it was given, with the ending of what it is unless it
 * has it, so that nothing is opened as what it is not. */
struct text attachment_file_name(struct arena *arena, struct text name, enum attachment_type type);

/* The field Content-Disposition with which the complaint's file of that number is sent (RFC 6266): that
 * name, percent-encoded, and one made of the number for clients that cannot read it. */
struct text attachment_disposition(struct arena *arena, const struct attachment_command *file,
                                   int number);

#endif
