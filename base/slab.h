// Slab<T>: stable slots with generation-checked handles. It grows in chunks up to a fixed capacity,
// never shrinks, and never moves a value. A handle kept too long finds nothing instead of somebody
// else.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"

namespace turnpike {

template <class T>
struct Handle {
  std::uint32_t index = UINT32_MAX;
  std::uint32_t generation = 0;
  bool valid() const { return index != UINT32_MAX; }
  friend bool operator==(const Handle&, const Handle&) = default;
};

template <class T>
class Slab {
 public:
  explicit Slab(std::uint32_t capacity) : capacity_(capacity) {}

  std::uint32_t size() const { return size_; }
  std::uint32_t capacity() const { return capacity_; }

  /// Nothing when the slab is full.
  template <class... Args>
  std::optional<Handle<T>> emplace(Args&&... args) {
    if (size_ == capacity_) return std::nullopt;
    if (free_.empty()) add_chunk();
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Slot& slot = slot_at(index);
    slot.value.emplace(std::forward<Args>(args)...);
    ++size_;
    return Handle<T>{index, slot.generation};
  }

  T* find(Handle<T> handle) {
    if (handle.index >= chunks_.size() * kChunk) return nullptr;
    Slot& slot = slot_at(handle.index);
    return slot.value && slot.generation == handle.generation ? &*slot.value : nullptr;
  }
  const T* find(Handle<T> handle) const { return const_cast<Slab*>(this)->find(handle); }

  void erase(Handle<T> handle) {
    CHECK(find(handle) != nullptr);
    Slot& slot = slot_at(handle.index);
    slot.value.reset();
    ++slot.generation;
    --size_;
    free_.push_back(handle.index);
  }

  /// In slot order, so a run with the same input visits the same way. `visit(handle, value)` must
  /// not insert or erase.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t i = 0; i < chunks_.size() * kChunk; ++i) {
      Slot& slot = slot_at(i);
      if (slot.value) visit(Handle<T>{i, slot.generation}, *slot.value);
    }
  }

 private:
  static constexpr std::uint32_t kChunk = 64;
  struct Slot {
    std::uint32_t generation = 0;
    std::optional<T> value;
  };

  Slot& slot_at(std::uint32_t index) { return (*chunks_[index / kChunk])[index % kChunk]; }

  void add_chunk() {
    const auto base = static_cast<std::uint32_t>(chunks_.size()) * kChunk;
    chunks_.push_back(std::make_unique<std::array<Slot, kChunk>>());
    for (std::uint32_t i = kChunk; i > 0; --i) free_.push_back(base + i - 1);
  }

  std::uint32_t capacity_;
  std::uint32_t size_ = 0;
  std::vector<std::unique_ptr<std::array<Slot, kChunk>>> chunks_;
  std::vector<std::uint32_t> free_;
};

}  // namespace turnpike
