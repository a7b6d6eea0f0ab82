/* Files that are built in: the contract, the documentation page, the desk and the customers' page. */
#include "server/asset.h"

#include "server/server.h"

#define KEPT_AN_HOUR "public, max-age=3600"
#define KEPT_FOREVER "public, max-age=31536000, immutable" /* another content has another name */
#define ASKED_FOR_ANEW "no-cache"                          /* by the ETag, at each use */

/* The form that the client takes and that has the fewest bytes. */
static void answer_with(struct request *request, const struct asset *asset)
{
    struct text body = {(const char *)asset->data, asset->size};
    const char *encoding = NULL;

    if (asset->brotli_data && request->accepts_brotli) {
        body = (struct text){(const char *)asset->brotli_data, asset->brotli_size};
        encoding = "br";
    } else if (asset->gzip_data && request->accepts_gzip) {
        body = (struct text){(const char *)asset->gzip_data, asset->gzip_size};
        encoding = "gzip";
    }
    request_answer(request, 200, body);
    request->answer.encoding = encoding;
}

static void answer_file(struct request *request, struct text path, const char *cache)
{
    for (size_t i = 0; i < assets_count; i++) {
        const struct asset *asset = &assets[i];
        if (!text_equal(path, text_of(asset->path)))
            continue;
        if (text_equal(request->if_none_match, text_of(asset->etag)))
            request->answer.status = 304;
        else
            answer_with(request, asset);
        request->answer.content_type = asset->content_type;
        request->answer.etag = asset->etag;
        request->answer.page = true;
        request->answer.cache = cache;
        return;
    }
    request_refuse(request, FAULT_NOT_FOUND, NULL, TEXT_NONE);
}

static void answer_asset(struct request *request)
{
    answer_file(request, request->path, KEPT_AN_HOUR);
}

/* The names of the desk's files hold a hash of their content; but for licences.txt, of which an old copy
 * does no harm. */
static void answer_desk_file(struct request *request)
{
    answer_file(request, request->path, KEPT_FOREVER);
}

/* One page, which finds out by its address what to show. */
static void answer_desk(struct request *request)
{
    answer_file(request, TEXT("/"), ASKED_FOR_ANEW);
}

/* Another one, which asks by the code in its address. */
static void answer_progress_page(struct request *request)
{
    answer_file(request, TEXT("/progress"), ASKED_FOR_ANEW);
}

#define PAGE(name_, path_, answer_)                            \
    const struct operation name_ = {.name = #name_,            \
                                    .method = METHOD_GET,      \
                                    .path = path_,             \
                                    .kind = OPERATION_AT_ONCE, \
                                    .answer = answer_}

PAGE(openapi_yaml, "/openapi.yaml", answer_asset);
PAGE(openapi_json, "/openapi.json", answer_asset);
PAGE(docs, "/docs", answer_asset);
PAGE(docs_file, "/docs/{file}", answer_asset);
PAGE(desk, "/", answer_desk);
PAGE(desk_start, "/desk", answer_desk);
PAGE(desk_page, "/desk/{page}", answer_desk);
PAGE(desk_part, "/desk/{page}/{part}", answer_desk);
PAGE(progress_page, "/progress", answer_progress_page);
PAGE(progress_page_of, "/progress/{code}", answer_progress_page);
PAGE(desk_file, "/assets/{file}", answer_desk_file);
