#ifndef FLOWLINE_TEST_STARVATION_HPP
#define FLOWLINE_TEST_STARVATION_HPP

/// Operator new, the library's too, counted, made to fail, and filled with what nobody may read.
long allocations();          ///< so far
long allocated_bytes();      ///< of all of them, freed ones too
long aligned_allocations();  ///< those of them that ask for an alignment

/// The byte that new memory is filled with from now on.
void fill_new_memory_with(int byte);

/// Of the allocations from now on, first..last fail, counted from 0.
void let_fail(long first, long last);
void let_none_fail();  ///< any more

/// Makes the allocations first..last of a call fail, counted from 0.
template <class Call>
auto starved(long first, long last, Call&& call) {
  let_fail(first, last);
  const auto result = call();
  let_none_fail();
  return result;
}

#endif
