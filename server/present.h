#ifndef SERVER_PRESENT_H
#define SERVER_PRESENT_H

#include "lib/complaint/command.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/json/complaint_json.h"

/* One complaint as a caller sees it at that moment. arena: for the warnings, which rows of a list
 * do not show; NULL: none. */
void complaint_present(const struct institution *institution, const struct principal *who,
                       const struct complaint *complaint, instant now, struct arena *arena,
                       struct complaint_view *ret);

/* The same for a complaint as it was at a past moment: there is nothing to be done there. */
void complaint_present_past(const struct institution *institution,
                            const struct complaint *complaint, instant as_of,
                            struct complaint_view *ret);

/* Whether If-None-Match names an entity tag ("\"…\""), or a version: 304. */
bool etag_names(struct text if_none_match, const char *etag);
bool etag_matches(struct text if_none_match, int64_t version);

/* The same where it is shown whether a complaint is overdue, and what waits for approval: becoming so,
 * and lapsing, change what is shown but not the version. */
bool complaint_unchanged(const struct complaint *complaint, struct text if_none_match, instant now);

/* Which clock's due time is due_at: "stage" or "statutory"; NULL while both stand still. */
const char *governing_clock(const struct complaint *complaint);

/* The list with one more at its end. */
void warnings_add(struct arena *arena, struct warning **warnings, size_t *count, const char *code,
                  struct text detail);

/* Warns of members of a receipt or a correction that seem to hold a password or a security code; the
 * value itself is not repeated. */
void warnings_for_secrets(const struct receive_command *input, struct arena *arena,
                          struct warning **warnings, size_t *count);

/* Warnings for limits that run from one moment to another: years whose calendar is not loaded. */
void warnings_for(const struct institution *institution, instant from, instant to,
                  struct arena *arena, struct warning **ret_warnings, size_t *ret_count);

#endif
