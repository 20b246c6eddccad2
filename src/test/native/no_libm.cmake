# No function of the C library's mathematics: the last bits of many differ from one platform to the next.
# Those that are exact are not needed either, so that none is.
execute_process(COMMAND ${NM} -u ${ARCHIVE} OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${NM} ${ARCHIVE} failed")
endif()
if(NOT symbols MATCHES " U malloc|_Znwm")
  message(FATAL_ERROR "these are not the symbols of a library:\n${symbols}")
endif()
string(REGEX MATCHALL
  " U (exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|cbrt|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|l?gamma|tgamma|erfc?|fma|hypot|nextafter|nexttoward|[fl]?rint|[fl]?round|nearbyint|floor|ceil|trunc|fmod|remainder|modf|frexp|ldexp|scalbl?n|sqrt|fabs)[fl]?[@\n]"
  found "${symbols}")
if(found)
  message(FATAL_ERROR "the library calls${found}")
endif()
