#include "tests/http/attached.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void *file_keep(void *bytes)
{
    static struct kept {
        void *bytes;
        struct kept *next;
    } * all;
    struct kept *kept = malloc(sizeof *kept);

    ck_assert_ptr_nonnull(bytes);
    ck_assert_ptr_nonnull(kept);
    *kept = (struct kept){bytes, all};
    all = kept;
    return bytes;
}

static void hash(struct file *file)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)file->bytes, file->length);
    sodium_bin2hex(file->sha256, sizeof file->sha256, digest, sizeof digest);
}

struct file file_of(const char *name, const char *bytes, size_t length)
{
    struct file file = {.name = name, .length = length ? length : strlen(bytes)};
    file.bytes = file_keep(malloc(file.length + 1));
    memcpy(file.bytes, bytes, file.length);
    file.bytes[file.length] = '\0';
    hash(&file);
    return file;
}

struct file file_pdf(const char *name, size_t length)
{
    static const char begin[] = "%PDF-1.7\n";
    struct file file = {.name = name, .length = length, .bytes = file_keep(malloc(length))};
    randombytes_buf(file.bytes, length);
    memcpy(file.bytes, begin, sizeof begin - 1);
    hash(&file);
    return file;
}

const struct reply *file_attach(struct matter *matter, const char *as, const struct file *file,
                                struct call call)
{
    call.method = "POST";
    call.path = client_text("/v1/complaints/%s/attachments?name=%s", matter->id, file->name);
    call.as = as;
    call.body = file->bytes;
    call.body_length = file->length;
    call.content_type = call.content_type ? call.content_type : "application/octet-stream";
    call.version = call.version ? call.version : matter->version;
    const struct reply *reply = client_call(&call);
    if (reply->status == 201)
        matter->version = reply_version(reply);
    return reply;
}

const struct reply *file_must(struct matter *matter, const char *as, const struct file *file)
{
    const struct reply *reply = file_attach(matter, as, file, (struct call){0});
    EXPECT_STATUS(reply, 201);
    return reply;
}

const struct reply *file_get(const struct matter *matter, const char *as, int number,
                             struct call call)
{
    call.path = client_text("/v1/complaints/%s/attachments/%d", matter->id, number);
    call.as = as;
    return client_call(&call);
}

void file_expect(const struct reply *reply, const struct file *file, size_t from, size_t length)
{
    ck_assert_uint_eq(reply->length, length);
    ck_assert_int_eq(memcmp(reply->body, file->bytes + from, length), 0);
}
