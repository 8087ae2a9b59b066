/*
 * libedit without its variadic functions, its signal handling and its types.
 *
 * One editor exists at a time and belongs to the main thread; only `cedit_wake` and the
 * `cedit_cancel_*` functions may be called from elsewhere. Text is UTF-8; offsets are bytes.
 */
#ifndef CEDIT_H
#define CEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct cedit cedit;

typedef enum cedit_result { CEDIT_LINE, CEDIT_INTERRUPTED, CEDIT_END } cedit_result;

/* What the keys ask their owner. They run inside cedit_read, on its thread. */
typedef struct cedit_callbacks {
  void *context;
  /* Tab. False rings the bell. May call cedit_replace and cedit_print_above. */
  bool (*complete)(void *context, const char *text, size_t length, size_t cursor);
  /* Up and Down. False rings the bell. May call cedit_replace. */
  bool (*recall)(void *context, const char *text, size_t length, size_t cursor, bool older);
  /* Enter. True puts a newline into the line instead of ending it. */
  bool (*incomplete)(void *context, const char *text, size_t length);
  /* A pause with the cursor at the end. May call cedit_offer_hint. */
  void (*hint)(void *context, const char *text, size_t length);
  /* After cedit_wake. May call cedit_print_above. */
  void (*notices)(void *context);
} cedit_callbacks;

/* Makes LC_CTYPE a UTF-8 locale; false when the system has none. No other category is touched. */
bool cedit_use_utf8(void);
/* The columns one character takes on a terminal; 0 when it is not printable. */
int cedit_width(uint32_t scalar);
/* Whether standard input and output are a terminal that can move its cursor. */
bool cedit_usable(void);
int cedit_window_columns(void);

/* Null when libedit cannot be set up. */
cedit *_Nullable cedit_open(const char *program, const char *_Nullable rc_path,
                            cedit_callbacks callbacks);
void cedit_close(cedit *edit);

/* The line is valid until the next call and has no final newline. */
cedit_result cedit_read(cedit *edit, const char *prompt, bool styled,
                        const char *_Nullable *_Nonnull text, size_t *length);

/* Adds a line to what Ctrl-R searches. */
void cedit_remember(cedit *edit, const char *line);

/* Replaces the bytes [start, end) of the line and leaves the cursor after the new text. */
void cedit_replace(cedit *edit, size_t start, size_t end, const char *text);
/* Prints whole lines above the prompt and draws prompt and line again. */
void cedit_print_above(cedit *edit, const char *text);
/* Shows dim text after the cursor, which the right arrow inserts. */
void cedit_offer_hint(cedit *edit, const char *text);

/* Any thread: makes a waiting editor call `notices`. */
void cedit_wake(void);

/* SIGINT while a command runs: the first sets a flag, the second brings the default back. */
void cedit_cancel_install(void);
void cedit_cancel_disarm(void);
bool cedit_cancel_requested(void);

#pragma clang assume_nonnull end

#endif
