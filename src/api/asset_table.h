/* asset_table.h -- all assets of the newest view of the code, each as the JSON that lists show (AssetSummary).
 * What the ledger says of an asset is read again when an event has named it, and only once somebody looks.
 * Knows no requests and no streams; belongs to the thread of the loop. */
#pragma once
#include "daemon/session.h"
#include "http/exchange.h"

struct asset_table;

struct asset_table *asset_table_new(struct store *store); /* a reader's; it outlives the table */
void asset_table_free(struct asset_table *t);             /* NULL is fine */

/* Another view of the code, kept until the next one.  What was known of assets that stay is not read again. */
bool asset_table_renew(struct asset_table *t, struct code_view *code, struct err *e) CHECKED;
/* After the commit of an event, of any kind and run; takes no time. */
void asset_table_note_event(struct asset_table *t, const struct event_row *event);
void asset_table_note_asset(struct asset_table *t, sv key); /* something was reported of it */

/* The summaries of the assets that have changed since the last call, by key; valid until the table is used again.  The
 * first call, and the one after a renewal, name none: who begins to listen reads the list. */
bool asset_table_changes(struct asset_table *t, struct arena *a, struct sv_list *ret, struct err *e) CHECKED;

const struct code_view *asset_table_code(const struct asset_table *t);
