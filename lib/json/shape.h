#ifndef JSON_SHAPE_H
#define JSON_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/fault.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/base/violation.h"
#include "lib/complaint/vocabulary.h"

/* A resource's JSON as data: which members, of which type, within which limits, and where they lie
 * in a C struct. One table serves decoding, encoding and --print-routes. */

enum member_type {
    MEMBER_TEXT,  /* struct text; one line; max: characters */
    MEMBER_LINES, /* struct text that may have several lines; max: characters */
    MEMBER_TERM, /* int, a term of `vocabulary`, if max is not 0 within min–max only; TERM_NONE is
                       null */
    MEMBER_TERMS,    /* unsigned, bits 1 << term; a list of codes */
    MEMBER_INTEGER,  /* int within min–max (both 0: 0–INT_MAX); -1 is null when optional */
    MEMBER_LONG,     /* int64_t within min–max (both 0: not negative); -1 is null when optional */
    MEMBER_BOOLEAN,  /* bool */
    MEMBER_INSTANT,  /* instant; INSTANT_NONE is null */
    MEMBER_TEXTS,    /* pointer to struct texts, each as a required TEXT; `size`: how many
                       at most. One that is refused is none */
    MEMBER_INTEGERS, /* pointer to ints within min–max; `size`: how many at most. One that is
                        refused is -1 */
    MEMBER_OBJECT,   /* a struct inside the struct, described by `shape` */
    MEMBER_LIST,     /* pointer to structs of `size` bytes, their number a size_t at count_offset;
                       max: how many at most */
    /* Only written, never read: */
    MEMBER_ACTIONS, /* action_set; a list of codes */
    MEMBER_UUID,    /* struct uuid; none is null */
    MEMBER_STAFF,   /* struct staff_reference as {"id", "login", "name"}; nobody is null */
    MEMBER_LOGIN,   /* struct staff_reference as its login alone; nobody is null */
    MEMBER_JSON,    /* struct text that already is JSON; none is null */
    MEMBER_STRING   /* const char *, zero-terminated; NULL is null */
};

enum member_flag {
    MEMBER_REQUIRED = 1 << 0,  /* absent and null are violations (empty text and list too); a
                                  number is never written as null */
    MEMBER_READ_ONLY = 1 << 1, /* encoded only; sent by a caller it is an unknown member */
    MEMBER_CLEARS = 1 << 2,    /* null and an empty text are not the same as absent: they count as
                                  sent */
    MEMBER_NULLABLE = 1 << 3   /* of an object: written as null when its first member, a UUID or
                                  STAFF, is none */
};

struct shape;

#define MEMBER_KEY_ROOM 32

struct member {
    const char *name;
    /* ,"name": as it is written, copied with all the room it has; length 0: made from the name */
    char key[MEMBER_KEY_ROOM];
    size_t key_length;
    enum member_type type;
    unsigned flags;
    size_t offset;
    int64_t min, max;
    const struct vocabulary *vocabulary;
    const struct shape *shape;
    size_t size, count_offset; /* count_offset: of lists, where a size_t says how many there are */
    size_t given_offset; /* of a bool that tells whether the member was sent; 0: nobody asks */
    const char *zh;      /* what heads its column in a spreadsheet in Chinese; NULL: its name */
};

/* The start of every row: {MEMBER("level", TERM, struct classify_command, level), .flags = …}. */
#define MEMBER(name_, type_, struct_, field_)                                               \
    .name = (name_), .key = ",\"" name_ "\":", .key_length = sizeof(",\"" name_ "\":") - 1, \
    .type = MEMBER_##type_, .offset = offsetof(struct_, field_)

struct shape {
    const char *name; /* the schema's name in openapi.yaml */
    size_t size;      /* of the C struct */
    const struct member *members;
    size_t member_count;
};

#define SHAPE_MEMBERS(list) .members = (list), .member_count = sizeof(list) / sizeof *(list)

/* Sets every member to its "not recorded" value (a required number to 0); the rest of the struct to
 * zero. */
void shape_clear(const struct shape *shape, void *ret);

/* Reads a JSON object into a struct (first cleared). Every violation is collected: unknown, missing
 * and duplicate members, wrong types, unknown terms, overlong and ill-formed texts, numbers out of
 * range. Texts are normalised into the arena. null counts as absent, and so does an optional text
 * that is empty.
 * Returns FAULT_NONE (violations may have been added: the caller looks), or FAULT_BAD_REQUEST when
 * the body is no JSON object at all (syntax, invalid UTF-8, duplicate keys, nested deeper than 8),
 * with one violation that says where. */
enum fault shape_decode(const struct shape *shape, struct text body, struct arena *arena,
                        struct violations *violations, void *ret);

/* Appends the struct as a JSON object. Instants are written in the zone given, minutes east. */
void shape_encode(const struct shape *shape, const void *object, int zone_minutes,
                  struct text_buffer *out);

/* A shape as rows of a spreadsheet (RFC 4180): each member a column, of objects and staff their members,
 * lists and actions none. Headings and terms are Chinese, or names and codes as in JSON; moments are
 * "2026-11-20 09:12:00" in the zone given, nothing stands for null. No text begins a formula: one that
 * would is preceded by an apostrophe. A file begins with CSV_BEGINNING, by which Excel knows UTF-8. */
enum format { FORMAT_JSON, FORMAT_CSV }; /* as which an answer can be asked for */
extern const struct vocabulary vocabulary_format;
#define CSV_BEGINNING "\xef\xbb\xbf"
void csv_add_head(struct text_buffer *out, const struct shape *shape, bool chinese);
void csv_add_row(struct text_buffer *out, const struct shape *shape, const void *object,
                 int zone_minutes, bool chinese);
/* How many columns it has. */
size_t csv_columns(const struct shape *shape);
/* One text as a cell. */
void csv_add_text(struct text_buffer *out, struct text text);

/* Appends an instant as a JSON string, or null. */
void json_add_instant(struct text_buffer *out, instant at, int zone_minutes);

#endif
