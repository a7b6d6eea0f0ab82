/* Masking of fields: names, numbers of documents and accounts, e-mail, address. */
#include "lib/complaint/masking.h"

#include "lib/complaint/masking_scan.h"

/* --- identity documents and accounts ------------------------------------------------------------ */

/* Characters of a number, without what joins its parts. */
static size_t number_length(struct text number)
{
    size_t count = 0, size;
    for (size_t at = 0; at<number.length; at += size> 0 ? size : 1)
        count += scan_joint(scan_character(number, at, &size)) == JOINT_NONE;
    return count;
}

/* Keeps the first and last characters and stars the others; spaces and hyphens go, full-width
 * characters become ASCII. `length` is number_length(). By position alone, hence idempotent. */
static struct text keep_ends(struct arena *arena, struct text number, size_t length, size_t first,
                             size_t last)
{
    struct text_buffer out = text_buffer_new(arena, number.length + 1);
    size_t size, index = 0;
    for (size_t at = 0; at<number.length; at += size> 0 ? size : 1) {
        uint32_t code = scan_character(number, at, &size);
        if (scan_joint(code) != JOINT_NONE)
            continue;
        if (size == 0 || (index >= first && index + last < length))
            text_buffer_add_char(&out, '*');
        else if (code >= 0xFF01 && code <= 0xFF5E)
            text_buffer_add_char(&out, (char)(code - 0xFEE0));
        else
            text_buffer_add(&out, number.at + at, size);
        index++;
    }
    return text_buffer_text(&out);
}

struct text masking_identity(struct arena *arena, struct text number)
{
    if (text_is_none(number))
        return number;
    size_t length = number_length(number);
    if (length >= 15) /* resident identity numbers have 15 or 18 characters */
        return keep_ends(arena, number, length, 3, 4);
    /* Passports and permits are shorter: three and four would show most of them. */
    return length >= 8 ? keep_ends(arena, number, length, 1, 2)
                       : keep_ends(arena, number, length, 0, 0);
}

struct text masking_account(struct arena *arena, struct text number)
{
    if (text_is_none(number))
        return number;
    size_t length = number_length(number);
    if (length >= 14) /* so that at least four are hidden */
        return keep_ends(arena, number, length, 6, 4);
    return length >= 8 ? keep_ends(arena, number, length, 0, 4)
                       : keep_ends(arena, number, length, 0, 0);
}

/* --- names -------------------------------------------------------------------------------------- */

/* Surnames of two characters that are in use, simplified and the common traditional forms. */
#define SURNAME_LENGTH 6 /* bytes */
static const char compound_surnames[] =
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙"
    "慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷"
    "轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘西门第五淳于单于达奚褚师即墨哥舒完颜纳兰"
    "歐陽司馬東方獨孤諸葛尉遲長孫公孫仲孫鍾離鮮于軒轅南宮聞人";

static bool has_compound_surname(struct text name)
{
    for (size_t i = 0; i + SURNAME_LENGTH < sizeof(compound_surnames); i += SURNAME_LENGTH)
        if (memcmp(name.at, compound_surnames + i, SURNAME_LENGTH) == 0)
            return true;
    return false;
}

/* The dot between the parts of a name such as 阿依古丽·买买提, in the ways it is typed. */
static bool has_name_dot(struct text name)
{
    size_t size;
    for (size_t at = 0; at<name.length; at += size> 0 ? size : 1) {
        uint32_t code = scan_character(name, at, &size);
        if (code == 0xB7 || code == 0x2022 || code == 0x2027 || code == 0x30FB || code == 0xFF65)
            return true;
    }
    return false;
}

struct text masking_name(struct arena *arena, struct text name)
{
    if (text_is_none(name) || name.length == 0)
        return name;
    size_t shown;
    scan_character(name, 0, &shown);
    /* Whoever is called 欧阳 and nothing more has the surname 欧. */
    if (name.length > SURNAME_LENGTH && has_compound_surname(name) && !has_name_dot(name))
        shown = SURNAME_LENGTH;
    if (name.at[0] == '*')
        shown = 0;
    struct text_buffer out = text_buffer_new(arena, shown + 1);
    text_buffer_add(&out, name.at, shown);
    text_buffer_add_char(&out, '*');
    return text_buffer_text(&out);
}

/* --- e-mail ------------------------------------------------------------------------------------- */

struct text masking_email(struct arena *arena, struct text email)
{
    if (text_is_none(email) || email.length == 0)
        return email;
    const char *sign = memrchr(email.at, '@', email.length);
    size_t shown;
    scan_character(email, 0, &shown);
    size_t local = sign ? (size_t)(sign - email.at) : 0;
    if (local == 0)
        return TEXT(SCAN_STARS); /* not an address: show nothing */

    struct text_buffer out = text_buffer_new(arena, email.length + 3);
    if (local > shown) /* a single character would be the whole name */
        text_buffer_add(&out, email.at, shown);
    else
        text_buffer_add_char(&out, '*');
    text_buffer_add_string(&out, "**");
    text_buffer_add(&out, sign, email.length - local);
    return text_buffer_text(&out);
}

/* --- address ------------------------------------------------------------------------------------ */

enum area_level { AREA_NONE, AREA_PROVINCE, AREA_CITY, AREA_DISTRICT };

#define AREA_CHARACTERS_MAX 18 /* 湘西土家族苗族自治州吉首市 has 13 */

/* Whether a character is one of a set. */
static bool among(uint32_t code, const uint32_t set[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (set[i] == code)
            return true;
    return false;
}
#define AMONG(code, string) \
    among((code), (const uint32_t *)U##string, sizeof(U##string) / sizeof(uint32_t) - 1)

/* What the character `code` closes between its neighbours: the level of the area that ends with
 * it, or AREA_NONE. */
static enum area_level area_closed(uint32_t before, uint32_t code, uint32_t after)
{
    switch (code) {
    case U'省': return AREA_PROVINCE;
    case U'市': /* not 市场, 市民; 津市市 and 沙市区 have a 市 within */
        return AMONG(after, "场場民政话井市区區") ? AREA_NONE : AREA_CITY;
    case U'区':
    case U'區':
        if (before == U'治' || before == U'政') /* 自治区, 特别行政区 */
            return AREA_PROVINCE;
        return before == U'地' ? AREA_CITY : AREA_DISTRICT;
    case U'县':
    case U'縣': return AREA_DISTRICT;
    case U'旗': /* not 红旗区, 红旗路 */
        return AMONG(after, "区路街镇乡村社大小") ? AREA_NONE : AREA_DISTRICT;
    default: return AREA_NONE;
    }
}

/* Whether a character within an area's name shows that it is the name of a street, village or
 * estate instead: 韶山路…, 黄花镇…; but 新乡市, 马村区, 景德镇市, 东乡族自治县. */
static bool is_below_district(uint32_t before, uint32_t code, uint32_t after)
{
    if (AMONG(code, "路街巷号弄幢栋室层院座寓"))
        return true;
    if (AMONG(code, "镇乡村"))
        return !AMONG(after, "市区县族");
    /* 小区, 社区, 园区, 工业区, 住宅区, 生活区, 家属区, 别墅区 … are no districts */
    return AMONG(code, "区") && AMONG(before, "小社园校厂院营景片街业宅活属墅寓");
}

/* Reads one area's name. Returns the position behind it, or 0 when there is none. */
static size_t read_area(struct text address, size_t at, enum area_level *ret_level)
{
    size_t size, next;
    uint32_t before = 0;
    for (int index = 0; index < AREA_CHARACTERS_MAX; index++) {
        uint32_t code = scan_character(address, at, &size);
        if (code < 0x3400 || (code > 0x9FFF && code < 0x20000)) /* no Chinese character */
            return 0;
        uint32_t after = scan_character(address, at + size, &next);
        at += size;
        if (index > 0) {
            if (is_below_district(before, code, after))
                return 0;
            *ret_level = area_closed(before, code, after);
            if (*ret_level != AREA_NONE)
                return at;
        }
        before = code;
    }
    return 0;
}

/* Bytes of an address down to its district, or to what is above if none can be told. */
static size_t address_shown(struct text address)
{
    size_t shown = 0, size;
    enum area_level level = AREA_NONE, next;
    for (size_t at = 0; level != AREA_DISTRICT;) {
        size_t end = read_area(address, at, &next);
        if (end == 0)
            break;
        if (next == AREA_CITY && level == AREA_CITY)
            next = AREA_DISTRICT; /* 长沙市浏阳市: a city of county rank */
        if (next <= level)
            break;
        shown = at = end;
        level = next;
        uint32_t code = scan_character(address, at, &size);
        if (scan_joint(code) == JOINT_SPACE || code == ',' || code == U'，')
            at += size;
    }
    return shown;
}

struct text masking_address(struct arena *arena, struct text address)
{
    if (text_is_none(address) || address.length == 0)
        return address;
    size_t shown = address_shown(address);
    if (shown == address.length)
        return address;
    struct text_buffer out = text_buffer_new(arena, shown + SCAN_STARS_MIN);
    text_buffer_add(&out, address.at, shown);
    text_buffer_add_string(&out, SCAN_STARS);
    return text_buffer_text(&out);
}
