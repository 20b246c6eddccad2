#ifndef FLOWLINE_FLOWLINE_H
#define FLOWLINE_FLOWLINE_H

#if defined(__GNUC__)
#define FLOWLINE_API __attribute__((visibility("default")))
#else
#define FLOWLINE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "major.minor.patch". */
FLOWLINE_API const char* flowline_version(void);

#ifdef __cplusplus
}
#endif
#endif
