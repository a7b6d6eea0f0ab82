#include "lib/complaint/private_fact.h"

#include <string.h>

#include "lib/complaint/command.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/masking.h"

#define FACT(member, mask_)                                            \
    .name = #member, .from = offsetof(struct receive_command, member), \
    .to = offsetof(struct complaint, member), .mask = (mask_)

const struct private_fact private_facts[] = {
    {FACT(subject, masking_text)},
    {FACT(narrative, masking_text)},
    {FACT(demand, masking_text)},
    {FACT(product, masking_text), .journalled = true},
    {FACT(complainant.name, masking_name)},
    {FACT(complainant.phone, masking_phone)},
    {FACT(complainant.email, masking_email)},
    {FACT(complainant.address, masking_address)},
    {FACT(complainant.identity_number, masking_identity)},
    {FACT(complainant.account_number, masking_account)},
    {FACT(complainant.customer_number, NULL)},
};
const size_t private_fact_count = sizeof private_facts / sizeof *private_facts;

const struct private_fact *private_fact_find(const char *name)
{
    for (size_t i = 0; i < private_fact_count; i++)
        if (strcmp(private_facts[i].name, name) == 0)
            return &private_facts[i];
    return NULL;
}

struct text private_fact_shown(const struct private_fact *fact, struct arena *arena,
                               struct text value)
{
    return fact->mask && !text_is_none(value) ? fact->mask(arena, value) : value;
}
