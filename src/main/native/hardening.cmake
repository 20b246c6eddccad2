# The flags of FLOWLINE_HARDENING for both libraries: flowline_hardening for the compiler, where it has
# them, flowline_fortify for it in optimised builds, and flowline_hardening_links for the linker.
set(flowline_optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
set(flowline_hardening "")
set(flowline_fortify "")
set(flowline_hardening_links "")
if(NOT FLOWLINE_HARDENING)
  return()
endif()
include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  string(MAKE_C_IDENTIFIER "FLOWLINE_HAS${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    list(APPEND flowline_hardening ${flag})
  endif()
endforeach()

# Sanitizers replace what it replaces, and it is left alone where the compiler, which may have it only
# where it optimises, or the flags of whoever builds have it.
set(CMAKE_REQUIRED_FLAGS -O2)
check_cxx_source_compiles("
  #ifdef _FORTIFY_SOURCE
  #error
  #endif
  int main() {}" FLOWLINE_MAY_FORTIFY)
unset(CMAKE_REQUIRED_FLAGS)
string(JOIN " " given ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_RELEASE} ${CMAKE_CXX_FLAGS_RELWITHDEBINFO}
  ${CMAKE_CXX_FLAGS_MINSIZEREL})
if(FLOWLINE_MAY_FORTIFY AND NOT FLOWLINE_SANITIZE AND NOT given MATCHES "_FORTIFY_SOURCE")
  set(flowline_fortify -D_FORTIFY_SOURCE=2)
endif()

set(flowline_hardening_links -Wl,-z,relro,-z,now,-z,noexecstack)
