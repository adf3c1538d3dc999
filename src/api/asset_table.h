/* asset_table.h -- all assets of the newest view of the code, each as the JSON that lists show (AssetSummary).
 * What the ledger says of an asset is read again when an event has named it, and only once somebody looks.
 * Knows no requests and no streams; belongs to the thread of the loop. */
#pragma once
#include "api/asset_words.h"
#include "daemon/session.h"
#include "http/exchange.h"
#include "view/asset_facts.h"

struct asset_table;

struct asset_table *asset_table_new(struct store *store); /* a reader's, which outlives the table; NULL: no ledger */
void asset_table_free(struct asset_table *t);             /* NULL is fine */

/* Another view of the code, kept until the next one.  What was known of assets that stay is not read again. */
bool asset_table_renew(struct asset_table *t, struct code_view *code, struct err *e) CHECKED;
/* After the commit of an event, of any kind and run; takes no time. */
void asset_table_note_event(struct asset_table *t, const struct event_row *event);
void asset_table_note_asset(struct asset_table *t, sv key); /* something was reported of it */

/* Reads what has been noted.  Whatever is asked below is as of then. */
bool asset_table_refresh(struct asset_table *t, struct err *e) CHECKED;
uint64_t asset_table_state(const struct asset_table *t); /* another number when a summary may be another one */
const struct code_view *asset_table_code(const struct asset_table *t);
const struct asset_facts *asset_table_facts(const struct asset_table *t);
const struct asset_words *asset_table_words(struct asset_table *t);
const uint32_t *asset_table_defined(const struct asset_table *t, size_t *ret_count); /* nodes that have one, by key */
/* The summary of a node that some location defines; valid until another one is asked for. */
sv asset_table_summary(struct asset_table *t, uint32_t node);
struct http_body *asset_table_list(struct asset_table *t); /* all of them, an AssetPage; kept until the table changes */

/* The summaries that have changed since the last call, by key; they live in `a`.  The first call names none, and a renewal is
 * no change: who begins to listen, or hears of other code, reads the list. */
bool asset_table_changes(struct asset_table *t, struct arena *a, struct sv_list *ret, struct err *e) CHECKED;
