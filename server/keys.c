#include "server/keys.h"

bool keys_load(struct arena *arena, const struct settings *settings, struct text *ret_error)
{
    const char *path = settings->privacy.key_file;
    struct keyring *keyring =
        *path ? keyring_read(arena, path, ret_error)
              : keyring_parse(arena, text_of(settings->privacy.keys), ret_error);

    if (keyring)
        keyring_use(keyring);
    return keyring;
}

bool keys_changed(const struct settings *settings, struct key_file *known)
{
    struct stat status;

    if (!*settings->privacy.key_file || stat(settings->privacy.key_file, &status) != 0)
        return false;
    bool changed = status.st_ino != known->inode ||
                   status.st_ctim.tv_sec != known->changed.tv_sec ||
                   status.st_ctim.tv_nsec != known->changed.tv_nsec;
    *known = (struct key_file){status.st_ctim, status.st_ino};
    return changed;
}
