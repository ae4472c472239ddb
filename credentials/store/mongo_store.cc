#include "credentials/store/mongo_store.h"

#include <fmt/format.h>
#include <mongoc/mongoc.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "credentials/store/mongo_documents.h"

namespace turnpike::credentials {
namespace {

struct Free {
  void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
  void operator()(mongoc_client_t* client) const { mongoc_client_destroy(client); }
  void operator()(mongoc_collection_t* collection) const { mongoc_collection_destroy(collection); }
  void operator()(mongoc_cursor_t* cursor) const { mongoc_cursor_destroy(cursor); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

constexpr std::size_t kMaxShown = 300;

StoreError error_of(const bson_error_t& error, std::string_view doing) {
  const bool away =
      error.domain == MONGOC_ERROR_SERVER_SELECTION || error.domain == MONGOC_ERROR_STREAM;
  const std::string_view text(error.message);
  return {away ? StoreFailure::kUnavailable : StoreFailure::kRefused,
          fmt::format("mongodb: {}: {}", doing, text.substr(0, kMaxShown))};
}

bool fits(const Row& row, const Match& match) {
  return std::all_of(match.begin(), match.end(), [&row](const auto& condition) {
    return condition.first < row.size() && row[condition.first] == condition.second;
  });
}

bool is_realm_option(std::string_view name) {
  return name == "max-bps" || name == "total-quota" || name == "user-quota";
}

class MongoStore final : public Store {
 public:
  MongoStore(Handle<mongoc_client_t> client, std::string database)
      : client_(std::move(client)), database_(std::move(database)) {}

  std::string_view name() const override { return "MongoDB"; }

  StoreResult<void> prepare() override {
    Document ping;
    ping.add("ping", 1);
    bson_error_t error{};
    if (mongoc_client_command_simple(client_.get(), database_.c_str(), ping.get(), nullptr, nullptr,
                                     &error)) {
      return {};
    }
    return fail(error_of(error, "ping"));
  }

  StoreResult<void> put(Table table, std::span<const Row> rows) override {
    for (const Row& row : rows) {
      if (auto checked = check_row(table, row); !checked) return checked;
      if (table == Table::kRealmOption && !is_realm_option(row[1])) {
        return fail(StoreError{
            StoreFailure::kBadRow,
            fmt::format("'{}' is no realm option; use max-bps, total-quota or user-quota",
                        row[1])});
      }
    }
    for (const Row& row : rows) {
      if (auto done = put_one(table, row); !done) return done;
    }
    return {};
  }

  StoreResult<std::uint64_t> erase(Table table, const Match& match) override {
    if (lives_in_realm(table)) return erase_entries(table, match);
    Document filter;
    add_filter(filter, table, match);
    return erase_documents(table, filter);
  }

  StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                         std::int64_t bound) override {
    Document below, filter;
    below.add("$lt", bound);
    filter.add(shape_of(table).columns[column].name, below);
    return erase_documents(table, filter);
  }

  StoreResult<std::vector<Row>> select(Table table, const Match& match,
                                       std::size_t limit) override {
    Document filter, options;
    add_filter(filter, table, match);
    const auto collection = open(table);
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(collection.get(), filter.get(), options.get(), nullptr));
    std::map<Row, Row> sorted;  // as bytes, whatever the collation of the collection
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) {
      auto rows = rows_of(table, document);
      if (!rows) return fail(rows.error());
      if (auto done = keep(table, match, *rows, sorted); !done) return fail(done.error());
    }
    bson_error_t error{};
    if (mongoc_cursor_error(cursor.get(), &error)) return fail(error_of(error, "find"));
    std::vector<Row> found;
    for (auto& [key, row] : sorted) {
      if (found.size() >= limit) break;
      found.push_back(std::move(row));
    }
    return found;
  }

  std::unique_ptr<ChangeFeed> changes() override { return nullptr; }

 private:
  Handle<mongoc_collection_t> open(Table table) {
    const std::string collection(collection_of(table));
    return Handle<mongoc_collection_t>(
        mongoc_client_get_collection(client_.get(), database_.c_str(), collection.c_str()));
  }

  static StoreResult<void> keep(Table table, const Match& match, const std::vector<Row>& rows,
                                std::map<Row, Row>& sorted) {
    const auto keys = static_cast<std::ptrdiff_t>(shape_of(table).key_columns);
    for (const Row& row : rows) {
      // What Coturn or an operator wrote beside the options is none of ours.
      if (table == Table::kRealmOption && !is_realm_option(row[1])) continue;
      if (auto checked = check_row(table, row); !checked) {
        return fail(StoreError{
            StoreFailure::kBadData,
            fmt::format("mongodb: collection {}: {}", collection_of(table), checked.error().text)});
      }
      if (fits(row, match)) sorted.emplace(Row(row.begin(), row.begin() + keys), row);
    }
    return {};
  }

  StoreResult<void> put_one(Table table, const Row& row) {
    Document filter, values, update;
    if (!lives_in_realm(table)) {
      const TableShape& shape = shape_of(table);
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i < shape.key_columns) add_column(filter, shape.columns[i], row[i]);
        add_column(values, shape.columns[i], row[i]);
      }
      update.add("$set", values);
      return change(table, filter, update, true);
    }
    const RealmEntry entry = realm_entry(table, row);
    if (table == Table::kOrigin) {  // an origin belongs to one realm
      if (auto gone = erase_entries(table, {{0, entry.text}}); !gone) return fail(gone.error());
    }
    filter.add("realm", std::string_view(entry.realm));
    if (table == Table::kRealmOption) {
      std::int64_t number = 0;
      std::from_chars(entry.text.data(), entry.text.data() + entry.text.size(), number);
      values.add(realm_field(table, row), number);
      update.add("$set", values);
    } else {
      values.add(realm_field(table, row), std::string_view(entry.text));
      update.add("$addToSet", values);
    }
    return change(table, filter, update, true);
  }

  StoreResult<void> change(Table table, const Document& filter, const Document& update,
                           bool insert) {
    Document options;
    bson_append_bool(options.get(), "upsert", -1, insert);
    bson_error_t error{};
    if (mongoc_collection_update_one(open(table).get(), filter.get(), update.get(), options.get(),
                                     nullptr, &error)) {
      return {};
    }
    return fail(error_of(error, "update"));
  }

  StoreResult<std::uint64_t> erase_documents(Table table, const Document& filter) {
    bson_error_t error{};
    bson_t reply;  // initialised by the call, whatever it returns
    const bool done =
        mongoc_collection_delete_many(open(table).get(), filter.get(), nullptr, &reply, &error);
    bson_iter_t at;
    std::uint64_t count = 0;
    if (bson_iter_init_find(&at, &reply, "deletedCount")) {
      count = static_cast<std::uint64_t>(bson_iter_as_int64(&at));
    }
    bson_destroy(&reply);
    if (!done) return fail(error_of(error, "delete"));
    return count;
  }

  StoreResult<std::uint64_t> erase_entries(Table table, const Match& match) {
    auto rows = select(table, match, kMaxRows);
    if (!rows) return fail(rows.error());
    for (const Row& row : *rows) {
      const RealmEntry entry = realm_entry(table, row);
      Document filter, values, update;
      filter.add("realm", std::string_view(entry.realm));
      values.add(realm_field(table, row), std::string_view(entry.text));
      update.add(table == Table::kRealmOption ? "$unset" : "$pull", values);
      if (auto done = change(table, filter, update, false); !done) return fail(done.error());
    }
    return rows->size();
  }

  Handle<mongoc_client_t> client_;
  std::string database_;
};

void set_timeouts(mongoc_uri_t* uri, milliseconds timeout) {
  const auto ms = static_cast<std::int32_t>(timeout.count());
  for (const char* name : {MONGOC_URI_CONNECTTIMEOUTMS, MONGOC_URI_SOCKETTIMEOUTMS,
                           MONGOC_URI_SERVERSELECTIONTIMEOUTMS}) {
    if (!mongoc_uri_has_option(uri, name)) mongoc_uri_set_option_as_int32(uri, name, ms);
  }
}

}  // namespace

StoreResult<std::unique_ptr<Store>> open_mongo_store(std::string_view uri, milliseconds timeout) {
  static const bool kReady = [] {
    mongoc_init();
    mongoc_log_set_handler([](mongoc_log_level_t, const char*, const char*, void*) {}, nullptr);
    return true;
  }();
  bson_error_t error{};
  const Handle<mongoc_uri_t> parsed(mongoc_uri_new_with_error(std::string(uri).c_str(), &error));
  if (!kReady || !parsed) {
    // The library's text would repeat parts of the URI.
    return fail(StoreError{StoreFailure::kRefused,
                           "mongodb: the URI cannot be understood; write "
                           "mongodb://user:password@host:port/database, with %XX for special "
                           "characters in user and password"});
  }
  set_timeouts(parsed.get(), timeout);
  Handle<mongoc_client_t> client(mongoc_client_new_from_uri(parsed.get()));
  if (!client) {
    return fail(StoreError{StoreFailure::kRefused,
                           "mongodb: the URI asks for what this build's library does not have"});
  }
  mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
  const char* database = mongoc_uri_get_database(parsed.get());
  return std::make_unique<MongoStore>(std::move(client), database == nullptr ? "coturn" : database);
}

}  // namespace turnpike::credentials
