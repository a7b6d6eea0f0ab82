#include "tests/store/chain.h"

#include "tests/store/sql.h"

static struct text entry_bytes(struct arena *arena, const char *id, int index,
                               const uint8_t salt[static JOURNAL_SALT_LENGTH], struct text note)
{
    struct hash hash = journal_private_hash(salt, "note", note);
    struct text hexadecimal = text_hex(arena, hash.bytes, sizeof hash.bytes);
    return text_printf(
        arena,
        "{\"action\":\"notes\",\"actor\":null,\"at\":null,\"complaint\":\"%s\",\"detail\":{\"changes\":{},"
        "\"facts\":{},\"private\":{\"note\":\"%.*s\"}},\"index\":%d,\"v\":1}",
        id, TEXT_ARG(hexadecimal), index);
}

static void add_entry(struct text_buffer *sql, const char *id, const char *number, int index,
                      struct hash *head)
{
    struct arena *arena = sql->arena;
    uint8_t salt[JOURNAL_SALT_LENGTH] = {(uint8_t)index, 42};
    struct text note = text_printf(arena, "note %d of %s", index, number);
    struct text bytes = entry_bytes(arena, id, index, salt, note);
    *head = journal_hash(head, bytes);
    struct text hash = text_hex(arena, head->bytes, sizeof head->bytes);
    struct text salt_text = text_hex(arena, salt, sizeof salt);
    text_buffer_printf(
        sql,
        "INSERT INTO journal VALUES ('%s', %d, "
        "timestamptz '2026-11-22 00:00:00Z' + %d * interval '1 second', '%.*s', '\\x%.*s');"
        "INSERT INTO journal_private VALUES ('%s', %d, '\\x%.*s', '{\"note\":\"%.*s\"}');"
        "INSERT INTO log_todo (id, index, at, hash) SELECT complaint_id, index, at, hash FROM journal "
        "WHERE complaint_id = '%s' AND index = %d;",
        id, index, index, TEXT_ARG(bytes), TEXT_ARG(hash), id, index, TEXT_ARG(salt_text),
        TEXT_ARG(note), id, index);
}

void chain_add(unsigned id, const char *number, int count)
{
    struct arena *arena = arena_new(4096);
    struct text_buffer sql = text_buffer_new(arena, 4096);
    struct hash head = {{0}};
    char id_text[UUID_TEXT_LENGTH + 1] = "";

    uuid_format(sql_id(id), id_text);
    for (int index = 1; index <= count; index++)
        add_entry(&sql, id_text, number, index, &head);
    sql_run("%.*s", (int)sql.length, sql.at);
    sql_add_complaint(id, number, 0x11, true, count, head.bytes);
    arena_free(arena);
}
