#include "lib/base/tar.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* As POSIX.1-2017 pax, "ustar Interchange Format", lays it out; numbers are octal digits. */
struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100],
        magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == TAR_BLOCK, "a header is a block");

#define SIZE_MAX_OCTAL INT64_C(077777777777)

/* The sum of all bytes, those of the checksum itself counted as blanks. */
static unsigned sum(const struct header *header)
{
    const unsigned char *at = (const unsigned char *)header;
    unsigned total = 0;

    for (size_t i = 0; i < sizeof *header; i++)
        total += i - offsetof(struct header, checksum) < sizeof header->checksum ? ' ' : at[i];
    return total;
}

void tar_header(const char *name, int64_t size, instant at, char ret[static TAR_BLOCK])
{
    struct header header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
    char number[16];

    assert(strlen(name) <= TAR_NAME_MAX && size >= 0 && size <= SIZE_MAX_OCTAL);
    memcpy(header.name, name, strlen(name));
    memcpy(header.mode, "0000444", 7);
    memcpy(header.uid, "0000000", 7);
    memcpy(header.gid, "0000000", 7);
    snprintf(number, sizeof number, "%011llo", (unsigned long long)size);
    memcpy(header.size, number, 11);
    snprintf(number, sizeof number, "%011llo",
             (unsigned long long)(at / INSTANT_SECOND) & (unsigned long long)SIZE_MAX_OCTAL);
    memcpy(header.mtime, number, 11);
    snprintf(number, sizeof number, "%06o", sum(&header));
    memcpy(header.checksum, number, 7);
    header.checksum[7] = ' ';
    memcpy(ret, &header, sizeof header);
}

size_t tar_padding(int64_t size)
{
    return (size_t)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

/* Octal digits up to a blank or a zero byte; -1 for anything else. */
static int64_t read_octal(const char *digits, size_t length)
{
    int64_t number = 0;
    size_t i = 0;

    for (; i < length && digits[i] != '\0' && digits[i] != ' '; i++) {
        if (digits[i] < '0' || digits[i] > '7')
            return -1;
        number = number * 8 + (digits[i] - '0');
    }
    return i ? number : -1;
}

/* One that can be shown on any terminal. */
static bool is_plain(const char *name)
{
    const char *at = name;

    while (*at > ' ' && *at < 0x7f)
        at++;
    return at > name && *at == '\0';
}

enum tar_block tar_read(const char block[static TAR_BLOCK], char ret_name[static TAR_NAME_MAX + 1],
                        int64_t *ret_size)
{
    static const char zeros[TAR_BLOCK];
    struct header header;

    if (memcmp(block, zeros, TAR_BLOCK) == 0)
        return TAR_ZEROS;
    memcpy(&header, block, sizeof header);
    int64_t size = read_octal(header.size, sizeof header.size);
    if (memcmp(header.magic, "ustar", 6) != 0 || header.type != '0' || header.prefix[0] ||
        header.name[sizeof header.name - 1] || !is_plain(header.name) || size < 0 ||
        read_octal(header.checksum, sizeof header.checksum) != (int64_t)sum(&header))
        return TAR_OTHER;
    memcpy(ret_name, header.name, sizeof header.name);
    *ret_size = size;
    return TAR_FILE;
}
