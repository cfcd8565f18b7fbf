/* tables: the options of every group, one line each (rules, subjects and ladders in tables_rule.c).
 * Internal to config/. */
#ifndef CONFIG_TABLES_H
#define CONFIG_TABLES_H

#include "config/settings.h"

extern const struct schema dataset_schema, source_schema, channel_schema, route_schema,
    contact_schema, operators_schema, ladder_schema, subject_schema, rule_schema, guard_schema,
    ledger_schema, profile_schema, calendar_schema, pack_schema, audit_schema, code_table_schema;

#endif
