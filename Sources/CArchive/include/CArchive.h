#ifndef CARCHIVE_H
#define CARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// libarchive behind dlopen: opening it costs nothing until the first compressed file is read.

typedef struct sess_archive sess_archive;

/// Loads the library on first use; false where it is not installed.
bool sess_archive_available(void);

/// Opens compressed bytes, which must stay valid until `sess_archive_close`; NULL when they are none.
sess_archive *sess_archive_open(const void *bytes, size_t count);

/// Moves to the next member; its path, or NULL at the end or on an error (see `sess_archive_failed`).
const char *sess_archive_next(sess_archive *archive);

/// Whether the current member is the whole content of a compressed file, not one of an archive's.
bool sess_archive_is_raw(sess_archive *archive);

/// Reads from the current member: bytes read, 0 at its end, negative on an error.
ssize_t sess_archive_read(sess_archive *archive, void *buffer, size_t capacity);

/// Whether something was wrong with the bytes.
bool sess_archive_failed(const sess_archive *archive);

void sess_archive_close(sess_archive *archive);

/// Compresses bytes as zst into a new block of memory, to be freed by the caller; false where the
/// library or its zstd is missing, or memory is.
bool sess_archive_compress(const void *bytes, size_t count, void **result, size_t *resultCount);

#endif
