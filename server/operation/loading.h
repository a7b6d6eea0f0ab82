#ifndef SERVER_OPERATION_LOADING_H
#define SERVER_OPERATION_LOADING_H

#include "server/engine.h"

/* Loads the complaint that the path names, with its stages as of the same moment, if the caller may see it. Texts live
 * as long as the context. FAULT_NOT_FOUND or statement_fault() otherwise. */
enum fault complaint_load_visible(struct slow_context *context, struct complaint *ret);

/* The same for one that is named elsewhere, by id or number, under a right of its own. */
enum fault complaint_load_named(struct slow_context *context, const struct right *right,
                                struct text name, struct complaint *ret);

/* Fills units[], which has room for all there are, with those over which the caller has one of the
 * roles. Returns how many. */
size_t units_over(const struct slow_context *context, unsigned roles, struct uuid units[]);

#endif
