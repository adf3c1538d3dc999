/* store_contract.h -- what every kind of ledger must do, written once against store.h.  A backend's test program defines
 * `contract_ledger` and lists STORE_CONTRACT in its TESTS. */
#pragma once
#include "check.h"

#include "store/store.h"

/* How to get at an empty ledger of this backend. */
struct contract_ledger {
	const char *name;
	/* A place for a new ledger: what store_open takes. */
	const char *(*fresh)(struct arena *a);
	bool (*open)(const char *place, enum store_mode mode, struct store **ret, struct err *e);
};
extern const struct contract_ledger contract_ledger;

#define STORE_CONTRACT_TESTS(X)                          \
	X(test_location_comes_back_as_put)               \
	X(test_manifest_is_kept_by_id)                   \
	X(test_asset_keeps_its_number)                   \
	X(test_run_comes_back_as_put)                    \
	X(test_run_is_replaced_by_id)                    \
	X(test_counts_follow_the_steps_until_the_run_has_ended) \
	X(test_locations_of_a_run_are_those_of_its_steps_by_name) \
	X(test_every_state_is_accepted_and_no_other)     \
	X(test_run_is_found_by_a_piece_of_its_id)        \
	X(test_runs_are_listed_newest_first_in_pages)    \
	X(test_open_runs_are_those_not_ended)            \
	X(test_step_comes_back_as_put)                   \
	X(test_step_is_replaced_by_run_and_index)        \
	X(test_step_moves_and_keeps_what_it_is)          \
	X(test_pools_are_kept_by_name)                   \
	X(test_last_attempt_is_of_the_newest_run)        \
	X(test_standing_has_the_current_value_and_the_last_attempt) \
	X(test_runs_of_an_asset_are_all_that_were_to_make_it) \
	X(test_events_come_in_order_and_in_pages)        \
	X(test_event_of_unknown_run_is_refused)          \
	X(test_checks_of_an_asset_come_newest_first)     \
	X(test_what_a_run_made_comes_in_order)           \
	X(test_starts_of_all_runs_come_in_order)         \
	X(test_children_are_the_runs_that_run_it_again)  \
	X(test_version_comes_back_as_put)                \
	X(test_version_never_changes)                    \
	X(test_pointer_moves_forth_and_back)             \
	X(test_pointer_to_foreign_version_is_refused)    \
	X(test_partitions_have_their_own_pointers)       \
	X(test_rollback_leaves_nothing)                  \
	X(test_write_outside_transaction_is_refused)     \
	X(test_write_to_reader_is_refused)               \
	X(test_reader_sees_commits_and_nothing_else)     \
	X(test_reading_transaction_sees_one_moment)      \
	X(test_reader_of_no_ledger_is_told)              \
	X(test_text_with_any_bytes_comes_back)

#define X(name) void name(void);
STORE_CONTRACT_TESTS(X)
#undef X

#define STORE_CONTRACT STORE_CONTRACT_TESTS(TEST)

/* Shared by contract, unit and crash tests. */
struct store *contract_open(struct arena *a);              /* new and empty, a transaction open */
void contract_begin(struct store *s);
void contract_commit(struct store *s);
void contract_put_run(struct store *s, const char *id, enum run_state state);
void contract_put_step(struct store *s, const char *run, int64_t index, const char *asset, enum step_state state);
struct version_row contract_version(const char *id, const char *asset, const char *run);
