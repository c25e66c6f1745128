#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "config/ids.hpp"

#include <sqlcipher/sqlite3.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hotline::storage::sqlcipher {

/// SQL text. Only literals convert, so that no input can become part of a statement.
class Sql {
 public:
  template <std::size_t N>
  consteval Sql(const char (&text)[N]) : text_(text, N - 1) {}
  std::string_view text() const noexcept { return text_; }
  const char* c_str() const noexcept { return text_.data(); }

 private:
  std::string_view text_;
};

/// The database refused or failed: thrown by statements, caught where a job ends. Holds numbers only, never a message of SQLite's,
/// which may quote values.
class Fault final : public std::exception {
 public:
  /// `code`: extended result code; `system_error`: errno of the failed call, or 0.
  explicit Fault(int code, int system_error = 0) noexcept : code_(code), system_error_(system_error) {}
  /// What the connection's last call failed with.
  static Fault of(sqlite3* connection) noexcept;

  int code() const noexcept { return code_; }
  Errc errc() const noexcept;
  /// The connection can no longer be trusted: roll back, close, open again.
  bool breaks_connection() const noexcept;
  const char* what() const noexcept override { return "the database failed"; }

 private:
  int code_;
  int system_error_;
};

/// A prepared statement, kept by its Database for reuse.
class Statement {
 public:
  Statement(sqlite3* connection, Sql sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

 private:
  friend class Query;
  sqlite3_stmt* handle_ = nullptr;
  bool in_use_ = false;
};

/// One run of a statement: binds, steps, reads columns; resets the statement at its end.
/// Blobs and texts are bound without a copy: they must outlive the query. Lengths are byte lengths throughout.
class Query {
 public:
  explicit Query(Statement& statement);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  template <class... Values>
  void bind(Values&&... values) {
    int index = 0;
    (bind_one(++index, std::forward<Values>(values)), ...);
  }

  /// True: a row is there to read. False: done. Throws Fault otherwise.
  bool next();
  /// For statements that give no rows.
  void run();

  std::int64_t integer(int column) const noexcept;
  bool null(int column) const noexcept;
  /// A view, good until the next step.
  Bytes blob(int column) const noexcept;
  std::string_view text(int column) const noexcept;
  ByteVector bytes(int column) const {
    const Bytes view = blob(column);
    return {view.begin(), view.end()};
  }
  /// A blob of a fixed size; another size is a Fault of kind corrupt.
  template <std::size_t N>
  ByteArray<N> fixed(int column) const {
    const Bytes view = blob(column);
    if (view.size() != N) throw Fault(SQLITE_CORRUPT);
    return to_array(view.first<N>());
  }
  template <class IdType>
  IdType id(int column) const {
    return IdType{fixed<IdType::size>(column)};
  }

 private:
  template <class Value>
  void bind_one(int index, Value&& value) {
    using Plain = std::remove_cvref_t<Value>;
    if constexpr (std::is_enum_v<Plain>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::integral<Plain>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<Plain, std::nullptr_t>) {
      bind_null(index);
    } else if constexpr (requires { value.bytes; Plain::size; }) {
      static_assert(std::is_lvalue_reference_v<Value>, "bound without a copy: name it first");
      bind_blob(index, value.bytes);
    } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
      static_assert(std::is_lvalue_reference_v<Value> || std::is_same_v<Plain, std::string_view>, "bound without a copy: name it first");
      bind_text(index, value);
    } else {
      static_assert(std::is_lvalue_reference_v<Value> || std::is_same_v<Plain, Bytes>, "bound without a copy: name it first");
      bind_blob(index, value);
    }
  }
  void bind_integer(int index, std::int64_t value);
  void bind_null(int index);
  void bind_blob(int index, Bytes value);
  void bind_text(int index, std::string_view value);
  void check(int code) const;

  Statement& statement_;
};

}  // namespace hotline::storage::sqlcipher
