#include <stdio.h>
#include <stdlib.h>

#include "lib/store/class_store.h"
#include "server/ctl/import.h"

#define CLASSES_MAX 10000
#define CODE_MAX 20

/* A code of letters and digits; none after a refusal. */
static struct text read_code(struct import *import, const json_t *value, const char *place)
{
    struct text code = {json_string_value(value), json_string_length(value)};

    if (!json_is_string(value) || code.length == 0 || code.length > CODE_MAX ||
        strspn(code.at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != code.length) {
        import_refuse(import, place, "must be a text of 1 to 20 capitals, digits, dots or dashes");
        return TEXT_NONE;
    }
    return code;
}

static struct complaint_class read_class(struct import *import, const json_t *value, size_t i)
{
    static const char *const members[] = {"code", "dimension", "name_zh", "name_en", NULL};
    const char *place = import_place(import, "/%zu", i);
    const char *dimension = json_string_value(json_object_get(value, "dimension"));
    struct complaint_class class = {.dimension = CLASS_CHANNEL};

    if (!json_is_object(value)) {
        import_refuse(import, place, "must be an object");
        return class;
    }
    import_refuse_others(import, value, place, members);
    class.code =
        read_code(import, json_object_get(value, "code"), import_place(import, "%s/code", place));
    if (dimension && strlen(dimension) == 1 && strchr("ABC", *dimension))
        class.dimension = (enum class_dimension) * dimension;
    else
        import_refuse(import, import_place(import, "%s/dimension", place),
                      "must be \"A\" (channel), \"B\" (business) or \"C\" (cause)");
    class.name_zh = import_name(import, json_object_get(value, "name_zh"),
                                import_place(import, "%s/name_zh", place));
    class.name_en = import_name(import, json_object_get(value, "name_en"),
                                import_place(import, "%s/name_en", place));
    return class;
}

/* Where a code stands, for finding those that come twice. */
struct coded {
    struct text code;
    size_t index;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *one = a, *other = b;
    int order = text_compare(one->code, other->code);
    return order ? order : (one->index > other->index) - (one->index < other->index);
}

static void refuse_repeated(struct import *import, const struct complaint_class classes[],
                            size_t count)
{
    struct coded *coded = ARENA_ARRAY(import->ctl->arena, struct coded, count);

    for (size_t i = 0; i < count; i++)
        coded[i] = (struct coded){classes[i].code, i};
    qsort(coded, count, sizeof *coded, by_code);
    for (size_t i = 1; i < count; i++)
        if (!text_is_none(coded[i].code) && text_equal(coded[i].code, coded[i - 1].code))
            import_refuse(import, import_place(import, "/%zu/code", coded[i].index),
                          import_place(import, "is the same as /%zu/code", coded[i - 1].index));
}

static struct complaint_class *read_classes(struct import *import, size_t *ret_count)
{
    size_t count = json_array_size(import->root);

    *ret_count = count;
    if (count == 0 || count > CLASSES_MAX) {
        import_refuse(import, "", "must hold a list of 1 to 10000 classes");
        return NULL;
    }
    struct complaint_class *classes =
        ARENA_ARRAY(import->ctl->arena, struct complaint_class, count);
    for (size_t i = 0; i < count; i++)
        classes[i] = read_class(import, json_array_get(import->root, i), i);
    refuse_repeated(import, classes, count);
    return classes;
}

static int store_classes(struct ctl *ctl, const struct complaint_class classes[], size_t count)
{
    int64_t changed = 0;

    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    const struct audit_event event = {.action = AUDIT_SETTINGS_CHANGED,
                                      .success = true,
                                      .subject = TEXT("classes"),
                                      .facts = {{"read", text_printf(ctl->arena, "%zu", count)}}};
    enum store_result result = ctl_begin(ctl);
    if (result == STORE_DONE)
        result = ctl_end(
            ctl, class_upsert(ctl->pg, ctl->arena, classes, count, ctl_deadline(), &changed),
            &event);
    int code = ctl_judge(ctl, result, NULL, NULL);
    if (code == CTL_DONE)
        printf("%zu classes read, %lld added or corrected\n", count, (long long)changed);
    return code;
}

static int import_classes(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    struct import import;
    size_t count;

    while (ctl_option(ctl, argc, argv, options) != -1)
        ;
    ctl_expect_arguments(ctl, argc, 1);
    int code = import_open(ctl, argv[optind], &import);
    if (code != CTL_DONE)
        return code;
    const struct complaint_class *classes = read_classes(&import, &count);
    if (import.errors)
        code = ctl_fail(CTL_REFUSED, "%zu errors in %s; nothing was imported", import.errors,
                        import.file);
    else
        code = store_classes(ctl, classes, count);
    import_close(&import);
    return code;
}

const struct command command_import_classes = {
    .name = "import-classes",
    .arguments = "FILE",
    .help = "Adds complaint classes, or corrects those whose code exists; none is removed, as\n"
            "complaints carry their codes. FILE (-: standard input) holds JSON:\n"
            "  [{\"code\": \"C02\", \"dimension\": \"C\", \"name_zh\": …, \"name_en\": …}, …]\n"
            "dimension: A channel of the business, B business, C cause.\n",
    .run = import_classes};
