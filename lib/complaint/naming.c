#include "lib/complaint/naming.h"

#include <string.h>

#include "lib/complaint/permission.h"

/* Whether a violation's pointer is this one or leads to an object around it. */
static bool covers(struct text reported, const char *pointer)
{
    return strncmp(reported.at, pointer, reported.length) == 0 &&
           (pointer[reported.length] == '\0' || pointer[reported.length] == '/');
}

void naming_refuse(struct violations *violations, const char *pointer, const char *code,
                   const char *en, const char *zh)
{
    for (size_t i = 0; i < violations->count; i++)
        if (violations->list[i].pointer.length > 0 && covers(violations->list[i].pointer, pointer))
            return;
    violation_add(violations, pointer, code, en, zh);
}

bool naming_is_code(struct text text)
{
    bool named = false;
    struct uuid id;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '_' && c != '-' && c != '@')
            return false;
        named = named || letter;
    }
    return named && text.length <= 64 && !uuid_parse(text, &id);
}

static const struct staff *known(const struct staff *staff, const char *pointer,
                                 struct violations *violations)
{
    if (!staff)
        naming_refuse(violations, pointer, "unknown_staff",
                      "No active member of staff has this login.", "没有使用此登录名的在职人员。");
    return staff;
}

const struct staff *naming_staff(const struct institution *institution, struct text login,
                                 const char *pointer, struct violations *violations)
{
    const struct staff *staff = institution_staff_by_login(institution, login);

    return known(staff && staff->active && !staff->client ? staff : NULL, pointer, violations);
}

const struct staff *naming_owner(const struct institution *institution, struct text login,
                                 enum stage stage, const char *pointer,
                                 struct violations *violations)
{
    const struct staff *staff = naming_staff(institution, login, pointer, violations);

    if (!staff || permission_may_own(staff, stage))
        return staff;
    naming_refuse(violations, pointer, "not_eligible",
                  stage == STAGE_INTAKE
                      ? "Only intake staff, handlers and supervisors can own this stage."
                      : "Only handlers and supervisors can own this stage.",
                  stage == STAGE_INTAKE ? "此环节的责任人只能是受理人员、经办人员或督办人员。"
                                        : "此环节的责任人只能是经办人员或督办人员。");
    return NULL;
}

const struct staff *naming_anybody(const struct institution *institution, struct text login,
                                   const char *pointer, struct violations *violations)
{
    const struct staff *staff = institution_staff_by_login(institution, login);

    if (staff && !staff->client)
        return staff;
    naming_refuse(violations, pointer, "unknown_staff", "No member of staff has this login.",
                  "没有使用此登录名的人员。");
    return NULL;
}

const struct unit *naming_unit(const struct institution *institution, struct text code,
                               const char *pointer, struct violations *violations)
{
    const struct unit *unit = institution_unit_by_code(institution, code);

    if (!unit)
        naming_refuse(violations, pointer, "unknown_unit", "No unit has this code.",
                      "没有使用此代码的机构。");
    else if (unit->closed)
        naming_refuse(violations, pointer, "closed_unit", "This unit is closed.", "该机构已撤销。");
    return unit && !unit->closed ? unit : NULL;
}

bool naming_complaint(const struct complaint *other, const char *pointer,
                      struct violations *violations)
{
    if (!other)
        naming_refuse(violations, pointer, "unknown_complaint",
                      "There is no such complaint within your reach.",
                      "在您的权限范围内没有此投诉。");
    return other;
}

static bool is_class(const struct institution *institution, struct text code,
                     enum class_dimension dimension, const char *pointer,
                     struct violations *violations)
{
    const struct complaint_class *class;

    if (text_is_none(code))
        return true;
    class = institution_class(institution, code);
    if (!class)
        naming_refuse(violations, pointer, "unknown_class", "No class has this code.",
                      "没有使用此代码的分类。");
    else if (class->dimension != dimension)
        naming_refuse(violations, pointer, "wrong_dimension",
                      "This class belongs to another dimension of the classification.",
                      "此分类代码属于另一分类维度。");
    return class && class->dimension == dimension;
}

bool naming_classes(const struct institution *institution, struct text channel,
                    struct text business, struct text cause, struct violations *violations)
{
    bool known_channel =
        is_class(institution, channel, CLASS_CHANNEL, "/channel_class", violations);
    bool known_business =
        is_class(institution, business, CLASS_BUSINESS, "/business_class", violations);
    bool known_cause = is_class(institution, cause, CLASS_CAUSE, "/cause_class", violations);

    return known_channel && known_business && known_cause;
}
