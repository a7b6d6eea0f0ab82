/* verify --proof: what the API answers as a proof, against signed heads. */
#include <stdio.h>

#include "lib/complaint/merkle.h"
#include "server/ctl/import.h"
#include "server/ctl/verify_log.h"

struct proof {
    const json_t *root; /* the answer */
    struct hash hashes[MERKLE_PROOF_MAX];
    size_t count;
};

static int64_t number_of(const struct proof *proof, const char *name)
{
    return json_integer_value(json_object_get(proof->root, name));
}

static bool read_hash(const json_t *value, struct hash *ret)
{
    return log_hex(text_of(json_string_value(value)), ret->bytes, sizeof ret->bytes);
}

static bool read_proof(const json_t *root, struct proof *ret)
{
    const json_t *list = json_object_get(root, "proof");

    *ret = (struct proof){.root = root, .count = json_array_size(list)};
    if (!json_is_array(list) || ret->count > MERKLE_PROOF_MAX)
        return false;
    for (size_t i = 0; i < ret->count; i++)
        if (!read_hash(json_array_get(list, i), &ret->hashes[i]))
            return false;
    return true;
}

static const struct log_head *head_of(const struct log_head heads[], size_t count, int64_t size)
{
    for (size_t i = 0; i < count; i++)
        if (heads[i].size == size)
            return &heads[i];
    ctl_fail(CTL_TROUBLE, "none of the heads is of %lld entries", (long long)size);
    return NULL;
}

static int report(bool proven, const char *what)
{
    printf("%s: %s\n", proven ? "proven" : "not proven", what);
    return proven ? CTL_DONE : CTL_FLAWS;
}

static int check_inclusion(struct ctl *ctl, const struct proof *proof,
                           const struct log_head heads[], size_t count)
{
    int64_t n = number_of(proof, "n");
    const struct log_head *head = head_of(heads, count, number_of(proof, "size"));
    struct hash hash;

    if (!head)
        return CTL_TROUBLE;
    if (!read_hash(json_object_get(proof->root, "hash"), &hash))
        return ctl_fail(CTL_TROUBLE, "the proof has no hash of the entry");
    struct hash leaf = merkle_leaf(&hash);
    return report(merkle_includes(&leaf, n, head->size, proof->hashes, proof->count, &head->root),
                  arena_printf(ctl->arena,
                               "entry %lld is in the log of %lld entries that was signed",
                               (long long)n, (long long)head->size));
}

static int check_consistency(struct ctl *ctl, const struct proof *proof,
                             const struct log_head heads[], size_t count)
{
    const struct log_head *older = head_of(heads, count, number_of(proof, "from"));
    const struct log_head *newer = older ? head_of(heads, count, number_of(proof, "to")) : NULL;

    if (!newer)
        return CTL_TROUBLE;
    return report(merkle_extends(older->size, &older->root, newer->size, &newer->root,
                                 proof->hashes, proof->count),
                  arena_printf(ctl->arena, "the signed log of %lld entries extends that of %lld",
                               (long long)newer->size, (long long)older->size));
}

int verify_proof(struct ctl *ctl, const char *file, const struct log_head heads[], size_t count)
{
    struct import import;
    struct proof proof;
    int code = import_open(ctl, file, &import);

    if (code != CTL_DONE)
        return code;
    if (!read_proof(import.root, &proof))
        code = ctl_fail(CTL_TROUBLE, "%s is not a proof", file);
    else if (json_object_get(import.root, "n"))
        code = check_inclusion(ctl, &proof, heads, count);
    else
        code = check_consistency(ctl, &proof, heads, count);
    import_close(&import);
    return code;
}
