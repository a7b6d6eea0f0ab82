#include "lib/complaint/log_head.h"

#include <jansson.h>
#include <sodium.h>

#include "lib/base/json_text.h"

#define FORMAT 1

_Static_assert(LOG_KEY_LENGTH == crypto_sign_PUBLICKEYBYTES &&
                   LOG_SECRET_LENGTH == crypto_sign_SECRETKEYBYTES &&
                   LOG_SIGNATURE_LENGTH == crypto_sign_BYTES,
               "Ed25519");

static struct text head_bytes(struct arena *arena, const struct log_head *head)
{
    struct text_buffer out = text_buffer_new(arena, 320);
    struct text key = text_hex(arena, head->key, sizeof head->key);
    struct text root = text_hex(arena, head->root.bytes, sizeof head->root.bytes);

    text_buffer_add_string(&out, "{\"algorithm\":\"ed25519\",\"at\":");
    json_text_add_instant(&out, head->at);
    text_buffer_printf(&out, ",\"hash\":\"sha256\",\"key\":\"%.*s\",\"root\":\"%.*s\",\"size\":",
                       TEXT_ARG(key), TEXT_ARG(root));
    json_text_add_integer(&out, head->size);
    text_buffer_printf(&out, ",\"v\":%d}", FORMAT);
    return text_buffer_text(&out);
}

void log_head_sign(struct arena *arena, const uint8_t secret[static LOG_SECRET_LENGTH],
                   struct log_head *head)
{
    (void)crypto_sign_ed25519_sk_to_pk(head->key, secret);
    head->bytes = head_bytes(arena, head);
    (void)crypto_sign_detached(head->signature, NULL, (const unsigned char *)head->bytes.at,
                               head->bytes.length, secret);
}

bool log_head_sound(struct arena *arena, const struct log_head *head)
{
    return text_equal(head->bytes, head_bytes(arena, head)) &&
           crypto_sign_verify_detached(head->signature, (const unsigned char *)head->bytes.at,
                                       head->bytes.length, head->key) == 0;
}

void log_head_write(const struct log_head *head, struct text_buffer *out)
{
    struct arena *arena = out->arena;

    text_buffer_add_string(out, "{\"at\":");
    json_text_add_instant(out, head->at);
    text_buffer_add_string(out, ",\"bytes\":");
    json_text_add(out, head->bytes);
    text_buffer_add_string(out, ",\"key\":");
    json_text_add(out, text_hex(arena, head->key, sizeof head->key));
    text_buffer_add_string(out, ",\"root\":");
    json_text_add(out, text_hex(arena, head->root.bytes, sizeof head->root.bytes));
    text_buffer_add_string(out, ",\"signature\":");
    json_text_add(out, text_hex(arena, head->signature, sizeof head->signature));
    text_buffer_add_string(out, ",\"size\":");
    json_text_add_integer(out, head->size);
    text_buffer_add_char(out, '}');
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool log_hex(struct text text, uint8_t *out, size_t length)
{
    if (text_is_none(text) || text.length != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        int high = digit(text.at[2 * i]), low = digit(text.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static struct text member(const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);

    return json_is_string(value)
               ? (struct text){json_string_value(value), json_string_length(value)}
               : TEXT_NONE;
}

bool log_head_read(struct arena *arena, struct text json, struct log_head *ret)
{
    struct log_head head = {0};

    json_auto_t *root = json_loadb(json.at, json.length, JSON_REJECT_DUPLICATES, NULL);
    head.bytes = text_copy(arena, member(root, "bytes"));
    if (text_is_none(head.bytes) ||
        !log_hex(member(root, "signature"), head.signature, sizeof head.signature))
        return false;
    json_auto_t *signed_ =
        json_loadb(head.bytes.at, head.bytes.length, JSON_REJECT_DUPLICATES, NULL);
    head.size = json_integer_value(json_object_get(signed_, "size"));
    if (head.size < 0 || !log_hex(member(signed_, "key"), head.key, sizeof head.key) ||
        !log_hex(member(signed_, "root"), head.root.bytes, sizeof head.root.bytes) ||
        !instant_parse(member(signed_, "at"), &head.at))
        return false;
    *ret = head;
    return true;
}
