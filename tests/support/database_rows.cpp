// Every row of every table, as whoever has a database and its key can read it:
//   database_rows DATABASE KEY_FILE
// One JSON object a line: the table, and each column. A blob is {"hex": its first 32 bytes, "tail": its last 32, "bytes": its length}.

#include "storage/key_file.hpp"
#include "storage/sqlcipher/opening.hpp"

#include "crypto/encoding.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace json = boost::json;
using hotline::storage::sqlcipher::Database;

struct Finish {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Query = std::unique_ptr<sqlite3_stmt, Finish>;

Query prepare(Database& database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) throw std::runtime_error("cannot read: " + sql);
  return Query(statement);
}

json::value column(sqlite3_stmt* row, int at) {
  const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(row, at));
  switch (sqlite3_column_type(row, at)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(row, at);
    case SQLITE_TEXT: return json::string(reinterpret_cast<const char*>(sqlite3_column_text(row, at)), bytes);
    case SQLITE_BLOB: {
      const auto* begin = static_cast<const hotline::Byte*>(sqlite3_column_blob(row, at));
      const hotline::Bytes blob(begin, bytes);
      const std::size_t shown = std::min<std::size_t>(bytes, 32);
      return json::object{{"hex", hotline::crypto::to_hex(blob.first(shown))}, {"tail", hotline::crypto::to_hex(blob.last(shown))}, {"bytes", bytes}};
    }
    default: return nullptr;
  }
}

void print(Database& database, const std::string& table) {
  const Query rows = prepare(database, "SELECT * FROM " + table);
  while (sqlite3_step(rows.get()) == SQLITE_ROW) {
    json::object row{{"table", table}};
    for (int i = 0; i < sqlite3_column_count(rows.get()); ++i) row[sqlite3_column_name(rows.get(), i)] = column(rows.get(), i);
    std::cout << row << '\n';
  }
}

}  // namespace

int main(int count, char** words) {
  hotline::crypto::initialise();
  if (count != 3) return 2;
  const auto key = hotline::storage::load_key_file(words[2]);
  if (!key) return std::cerr << key.error().line << '\n', 1;
  int version = 0;
  const auto database = hotline::storage::sqlcipher::open_database(words[1], *key, Database::Mode::read_only, version);
  if (!database) return std::cerr << database.error().line << '\n', 1;
  std::vector<std::string> tables;
  {
    const Query names = prepare(**database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    while (sqlite3_step(names.get()) == SQLITE_ROW) tables.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(names.get(), 0)));
  }
  for (const std::string& table : tables) print(**database, table);
}
