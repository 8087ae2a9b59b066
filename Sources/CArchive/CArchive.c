#include "CArchive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct archive;
struct archive_entry;

static struct {
  struct archive *(*read_new)(void);
  int (*support_filter_gzip)(struct archive *);
  int (*support_filter_bzip2)(struct archive *);
  int (*support_filter_xz)(struct archive *);
  int (*support_filter_zstd)(struct archive *);
  int (*support_format_zip)(struct archive *);
  int (*support_format_tar)(struct archive *);
  int (*support_format_raw)(struct archive *);
  int (*format)(struct archive *);
  int (*open_memory)(struct archive *, const void *, size_t);
  int (*next_header)(struct archive *, struct archive_entry **);
  const char *(*entry_pathname)(struct archive_entry *);
  ssize_t (*read_data)(struct archive *, void *, size_t);
  int (*read_free)(struct archive *);
} lib;

// What writing needs; its own table, since a library may be able to read only.
static struct {
  struct archive *(*write_new)(void);
  int (*add_filter_zstd)(struct archive *);
  int (*set_format_raw)(struct archive *);
  int (*set_bytes_in_last_block)(struct archive *, int);
  int (*open)(struct archive *, void *, int (*)(struct archive *, void *),
              ssize_t (*)(struct archive *, void *, const void *, size_t),
              int (*)(struct archive *, void *));
  int (*write_header)(struct archive *, struct archive_entry *);
  ssize_t (*write_data)(struct archive *, const void *, size_t);
  int (*write_close)(struct archive *);
  int (*write_free)(struct archive *);
  struct archive_entry *(*entry_new)(void);
  void (*entry_free)(struct archive_entry *);
  void (*entry_set_filetype)(struct archive_entry *, unsigned int);
} out;

static bool writable;

static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  static const char *const names[] = {
      "libarchive.so.13", "libarchive.so", "libarchive.13.dylib", "libarchive.dylib",
      "/opt/homebrew/opt/libarchive/lib/libarchive.dylib",
      "/usr/local/opt/libarchive/lib/libarchive.dylib"};
  void *handle = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && !handle; i++)
    handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
#define BIND(field, symbol) (*(void **)&lib.field = dlsym(handle, symbol))
  loaded = BIND(read_new, "archive_read_new") &&
           BIND(support_filter_gzip, "archive_read_support_filter_gzip") &&
           BIND(support_filter_bzip2, "archive_read_support_filter_bzip2") &&
           BIND(support_filter_xz, "archive_read_support_filter_xz") &&
           BIND(support_filter_zstd, "archive_read_support_filter_zstd") &&
           BIND(support_format_zip, "archive_read_support_format_zip") &&
           BIND(support_format_tar, "archive_read_support_format_tar") &&
           BIND(format, "archive_format") &&
           BIND(support_format_raw, "archive_read_support_format_raw") &&
           BIND(open_memory, "archive_read_open_memory") &&
           BIND(next_header, "archive_read_next_header") &&
           BIND(entry_pathname, "archive_entry_pathname") &&
           BIND(read_data, "archive_read_data") && BIND(read_free, "archive_read_free");
#undef BIND
#define BIND(field, symbol) (*(void **)&out.field = dlsym(handle, symbol))
  writable = BIND(write_new, "archive_write_new") &&
             BIND(add_filter_zstd, "archive_write_add_filter_zstd") &&
             BIND(set_format_raw, "archive_write_set_format_raw") &&
             BIND(set_bytes_in_last_block, "archive_write_set_bytes_in_last_block") &&
             BIND(open, "archive_write_open") &&
             BIND(write_header, "archive_write_header") &&
             BIND(write_data, "archive_write_data") && BIND(write_close, "archive_write_close") &&
             BIND(write_free, "archive_write_free") && BIND(entry_new, "archive_entry_new") &&
             BIND(entry_free, "archive_entry_free") &&
             BIND(entry_set_filetype, "archive_entry_set_filetype");
#undef BIND
}

bool sess_archive_available(void) {
  pthread_once(&once, load);
  return loaded;
}

struct sess_archive {
  struct archive *handle;
  bool failed;
};

sess_archive *sess_archive_open(const void *bytes, size_t count) {
  if (!sess_archive_available()) return NULL;
  sess_archive *archive = calloc(1, sizeof *archive);
  if (!archive) return NULL;
  archive->handle = lib.read_new();
  if (!archive->handle) {
    free(archive);
    return NULL;
  }
  // Not all there are: some start programs.
  lib.support_filter_gzip(archive->handle);
  lib.support_filter_bzip2(archive->handle);
  lib.support_filter_xz(archive->handle);
  lib.support_filter_zstd(archive->handle);
  lib.support_format_zip(archive->handle);
  lib.support_format_tar(archive->handle);
  lib.support_format_raw(archive->handle);
  if (lib.open_memory(archive->handle, bytes, count) != 0) archive->failed = true;
  return archive;
}

const char *sess_archive_next(sess_archive *archive) {
  if (archive->failed) return NULL;
  struct archive_entry *entry = NULL;
  int status = lib.next_header(archive->handle, &entry);
  if (status == 1) return NULL;  // ARCHIVE_EOF
  if (status < -20) {            // worse than ARCHIVE_WARN
    archive->failed = true;
    return NULL;
  }
  const char *path = lib.entry_pathname(entry);
  return path ? path : "";
}

bool sess_archive_is_raw(sess_archive *archive) {
  return lib.format(archive->handle) == 0x90000;  // ARCHIVE_FORMAT_RAW
}

ssize_t sess_archive_read(sess_archive *archive, void *buffer, size_t capacity) {
  ssize_t count = lib.read_data(archive->handle, buffer, capacity);
  if (count < 0) archive->failed = true;
  return count;
}

bool sess_archive_failed(const sess_archive *archive) { return archive->failed; }

void sess_archive_close(sess_archive *archive) {
  if (!archive) return;
  lib.read_free(archive->handle);
  free(archive);
}

struct buffer {
  unsigned char *bytes;
  size_t count, capacity;
};

static ssize_t append(struct archive *archive, void *context, const void *bytes, size_t count) {
  (void)archive;
  struct buffer *buffer = context;
  if (buffer->count + count > buffer->capacity) {
    size_t capacity = 2 * (buffer->count + count);
    unsigned char *grown = realloc(buffer->bytes, capacity);
    if (!grown) return -1;
    buffer->bytes = grown;
    buffer->capacity = capacity;
  }
  memcpy(buffer->bytes + buffer->count, bytes, count);
  buffer->count += count;
  return (ssize_t)count;
}

bool sess_archive_compress(const void *bytes, size_t count, void **result, size_t *resultCount) {
  *result = NULL;
  *resultCount = 0;
  if (!sess_archive_available() || !writable) return false;
  struct buffer buffer = {0};
  struct archive *archive = out.write_new();
  struct archive_entry *entry = out.entry_new();
  bool done = archive && entry && out.add_filter_zstd(archive) == 0 &&
              out.set_format_raw(archive) == 0 &&
              out.set_bytes_in_last_block(archive, 1) == 0 &&  // no padding
              out.open(archive, &buffer, NULL, append, NULL) == 0;
  if (done) {
    out.entry_set_filetype(entry, 0100000);  // AE_IFREG
    done = out.write_header(archive, entry) == 0;
  }
  for (size_t written = 0; done && written < count;) {
    ssize_t step = out.write_data(archive, (const char *)bytes + written, count - written);
    done = step > 0;
    if (done) written += (size_t)step;
  }
  done = done && out.write_close(archive) == 0;
  if (entry) out.entry_free(entry);
  if (archive) out.write_free(archive);
  if (!done) {
    free(buffer.bytes);
    return false;
  }
  *result = buffer.bytes;
  *resultCount = buffer.count;
  return true;
}
