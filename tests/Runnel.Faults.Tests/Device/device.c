/*
 * Preloaded into a process: notes, in order, what the process does to the files below one directory, and makes the k-th call of a
 * kind fail, or end the process. All calls below that directory happen one after the other, so that the notes are the truth.
 *
 * Needs a compiler and nothing else: what it uses of the C library is declared here. For 64-bit Linux.
 */
typedef unsigned long size_type;
typedef long signed_size;
typedef long offset_type;

extern void *dlsym(void *handle, const char *name);
extern int *__errno_location(void);
extern int access(const char *path, int mode);
extern int getpid(void);
extern int kill(int process, int signal);
extern offset_type lseek(int descriptor, offset_type offset, int whence);

#define NEXT ((void *)-1L)
#define PUBLIC __attribute__((visibility("default")))
#define CREATE 0100
#define TRUNCATE 01000
#define DESCRIPTORS 1024
#define LONGEST 256

enum call { WRITE = 1, SYNC, RESIZE, OPEN, READ, NAME, ANY };
enum fault { SHORT = -1, END = -2 };

static char watched[LONGEST];
static size_type watched_length;
static char paths[DESCRIPTORS][LONGEST];
static int record = -1;
static int armed_call, armed_fault, is_lasting, fired;
static long countdown, calls[ANY + 1];
static int gate;

static void enter(void) { while (__atomic_exchange_n(&gate, 1, __ATOMIC_ACQUIRE)) { } }
static void leave(void) { __atomic_store_n(&gate, 0, __ATOMIC_RELEASE); }

#define REAL(type, name, ...) \
    static type (*name##_pointer)(__VA_ARGS__); \
    static inline void *name##_find(void) { \
        if (!name##_pointer) name##_pointer = dlsym(NEXT, #name); \
        return (void *)name##_pointer; \
    }
#define CALL(name) (name##_find(), name##_pointer)

REAL(int, open, const char *, int, unsigned)
REAL(int, open64, const char *, int, unsigned)
REAL(int, openat, int, const char *, int, unsigned)
REAL(int, openat64, int, const char *, int, unsigned)
REAL(int, close, int)
REAL(signed_size, write, int, const void *, size_type)
REAL(signed_size, pwrite, int, const void *, size_type, offset_type)
REAL(signed_size, pwrite64, int, const void *, size_type, offset_type)
REAL(signed_size, read, int, void *, size_type)
REAL(signed_size, pread, int, void *, size_type, offset_type)
REAL(signed_size, pread64, int, void *, size_type, offset_type)
REAL(int, fsync, int)
REAL(int, fdatasync, int)
REAL(int, ftruncate, int, offset_type)
REAL(int, ftruncate64, int, offset_type)
REAL(int, rename, const char *, const char *)
REAL(int, unlink, const char *)
REAL(int, mkdir, const char *, unsigned)

static size_type length_of(const char *text)
{
    size_type length = 0;
    while (text[length]) length++;
    return length;
}

static void copy(char *to, const char *from)
{
    size_type i = 0;
    for (; from[i] && i < LONGEST - 1; i++) to[i] = from[i];
    to[i] = 0;
}

static int is_watched_path(const char *path)
{
    if (!watched_length) return 0;
    for (size_type i = 0; i < watched_length; i++) if (path[i] != watched[i]) return 0;
    return path[watched_length] == 0 || path[watched_length] == '/';
}

static int is_watched(int descriptor)
{
    return watched_length && descriptor >= 0 && descriptor < DESCRIPTORS && paths[descriptor][0];
}

static void put(const void *bytes, size_type count)
{
    const char *next = bytes;
    while (count > 0) {
        signed_size written = CALL(write)(record, next, count);
        if (written <= 0) return;
        next += written;
        count -= (size_type)written;
    }
}

/* A note: its kind, the path, a number, and bytes. */
static void note(char kind, const char *path, long number, const void *bytes, size_type count)
{
    if (record < 0) return;
    int path_length = (int)length_of(path), byte_count = (int)count;
    char head[1 + 4 + 8 + 4];
    head[0] = kind;
    __builtin_memcpy(head + 1, &path_length, 4);
    __builtin_memcpy(head + 5, &number, 8);
    __builtin_memcpy(head + 13, &byte_count, 4);
    put(head, sizeof head);
    put(path, (size_type)path_length);
    put(bytes, count);
}

static void end_if(int result)
{
    if (result == END) kill(getpid(), 9);
}

/* What is to become of a call: 0 to let it be, an error to fail with, or a fault of our own. */
static int judge(enum call call)
{
    calls[call]++;
    if (call != READ) calls[ANY]++;
    if (armed_call != (int)call && (armed_call != ANY || call == READ)) return 0;
    if (countdown > 1) { countdown--; return 0; }
    if (countdown == 0) return 0;
    if (!is_lasting) countdown = 0;
    fired++;
    return armed_fault;
}

static int fail(int error)
{
    *__errno_location() = error;
    return -1;
}

#define SEEN(path) enter(); int result = judge(path)
#define FAILED if (result > 0) { leave(); return fail(result); }
#define DONE end_if(result); leave()

static int took(int descriptor, const char *path)
{
    if (descriptor >= 0 && descriptor < DESCRIPTORS) copy(paths[descriptor], path);
    return descriptor;
}

#define OPENED(path, flags, really) \
    if (!is_watched_path(path)) { \
        int other = really; \
        if (other >= 0 && other < DESCRIPTORS) paths[other][0] = 0; \
        return other; \
    } \
    SEEN(OPEN); \
    FAILED \
    int is_new = (flags & CREATE) && access(path, 0) != 0; \
    int descriptor = took(really, path); \
    int error = *__errno_location(); \
    if (descriptor >= 0 && is_new) note('C', path, 0, 0, 0); \
    if (descriptor >= 0 && (flags & TRUNCATE) && !is_new) note('T', path, 0, 0, 0); \
    DONE; \
    *__errno_location() = error; \
    return descriptor;

PUBLIC int open(const char *path, int flags, unsigned mode) { OPENED(path, flags, CALL(open)(path, flags, mode)) }
PUBLIC int open64(const char *path, int flags, unsigned mode) { OPENED(path, flags, CALL(open64)(path, flags, mode)) }
PUBLIC int openat(int at, const char *path, int flags, unsigned mode) { OPENED(path, flags, CALL(openat)(at, path, flags, mode)) }
PUBLIC int openat64(int at, const char *path, int flags, unsigned mode) { OPENED(path, flags, CALL(openat64)(at, path, flags, mode)) }

PUBLIC int close(int descriptor)
{
    if (is_watched(descriptor)) {
        enter();
        paths[descriptor][0] = 0;
        leave();
    }
    return CALL(close)(descriptor);
}

#define WROTE(really, offset) \
    SEEN(WRITE); \
    FAILED \
    if (result == SHORT) count = count > 1 ? count / 2 : count; \
    signed_size written = really; \
    int error = *__errno_location(); \
    if (written > 0) note('W', paths[descriptor], offset, bytes, (size_type)written); \
    DONE; \
    *__errno_location() = error; \
    return written;

PUBLIC signed_size write(int descriptor, const void *bytes, size_type count)
{
    if (!is_watched(descriptor)) return CALL(write)(descriptor, bytes, count);
    WROTE(CALL(write)(descriptor, bytes, count), lseek(descriptor, 0, 1) - written)
}

PUBLIC signed_size pwrite(int descriptor, const void *bytes, size_type count, offset_type offset)
{
    if (!is_watched(descriptor)) return CALL(pwrite)(descriptor, bytes, count, offset);
    WROTE(CALL(pwrite)(descriptor, bytes, count, offset), offset)
}

PUBLIC signed_size pwrite64(int descriptor, const void *bytes, size_type count, offset_type offset)
{
    if (!is_watched(descriptor)) return CALL(pwrite64)(descriptor, bytes, count, offset);
    WROTE(CALL(pwrite64)(descriptor, bytes, count, offset), offset)
}

#define HAS_READ(really) \
    SEEN(READ); \
    FAILED \
    if (result == SHORT) count = count > 1 ? count / 2 : count; \
    signed_size taken = really; \
    int error = *__errno_location(); \
    DONE; \
    *__errno_location() = error; \
    return taken;

PUBLIC signed_size read(int descriptor, void *bytes, size_type count)
{
    if (!is_watched(descriptor)) return CALL(read)(descriptor, bytes, count);
    HAS_READ(CALL(read)(descriptor, bytes, count))
}

PUBLIC signed_size pread(int descriptor, void *bytes, size_type count, offset_type offset)
{
    if (!is_watched(descriptor)) return CALL(pread)(descriptor, bytes, count, offset);
    HAS_READ(CALL(pread)(descriptor, bytes, count, offset))
}

PUBLIC signed_size pread64(int descriptor, void *bytes, size_type count, offset_type offset)
{
    if (!is_watched(descriptor)) return CALL(pread64)(descriptor, bytes, count, offset);
    HAS_READ(CALL(pread64)(descriptor, bytes, count, offset))
}

/* A call that answers 0 when it was done. */
#define CHANGED(call, kind, path, number, bytes, count, really) \
    SEEN(call); \
    FAILED \
    int answer = really; \
    int error = *__errno_location(); \
    if (answer == 0) note(kind, path, number, bytes, count); \
    DONE; \
    *__errno_location() = error; \
    return answer;

PUBLIC int fsync(int descriptor)
{
    if (!is_watched(descriptor)) return CALL(fsync)(descriptor);
    CHANGED(SYNC, 'S', paths[descriptor], 0, 0, 0, CALL(fsync)(descriptor))
}

PUBLIC int fdatasync(int descriptor)
{
    if (!is_watched(descriptor)) return CALL(fdatasync)(descriptor);
    CHANGED(SYNC, 'S', paths[descriptor], 0, 0, 0, CALL(fdatasync)(descriptor))
}

PUBLIC int ftruncate(int descriptor, offset_type size)
{
    if (!is_watched(descriptor)) return CALL(ftruncate)(descriptor, size);
    CHANGED(RESIZE, 'T', paths[descriptor], size, 0, 0, CALL(ftruncate)(descriptor, size))
}

PUBLIC int ftruncate64(int descriptor, offset_type size)
{
    if (!is_watched(descriptor)) return CALL(ftruncate64)(descriptor, size);
    CHANGED(RESIZE, 'T', paths[descriptor], size, 0, 0, CALL(ftruncate64)(descriptor, size))
}

PUBLIC int rename(const char *from, const char *to)
{
    if (!is_watched_path(to)) return CALL(rename)(from, to);
    CHANGED(NAME, 'R', from, 0, to, length_of(to), CALL(rename)(from, to))
}

PUBLIC int unlink(const char *path)
{
    if (!is_watched_path(path)) return CALL(unlink)(path);
    CHANGED(NAME, 'U', path, 0, 0, 0, CALL(unlink)(path))
}

PUBLIC int mkdir(const char *path, unsigned mode)
{
    if (!is_watched_path(path)) return CALL(mkdir)(path, mode);
    CHANGED(NAME, 'M', path, 0, 0, 0, CALL(mkdir)(path, mode))
}

/* What the process itself says of it. */

PUBLIC void device_watch(const char *directory)
{
    enter();
    copy(watched, directory);
    watched_length = length_of(watched);
    leave();
}

PUBLIC void device_record(const char *path)
{
    enter();
    record = CALL(open)(path, 01 | CREATE | 02000, 0600);
    leave();
}

PUBLIC void device_note(const void *text, int count)
{
    enter();
    note('N', "", 0, text, (size_type)count);
    leave();
}

PUBLIC void device_arm(int call, long number, int fault, int lasting)
{
    enter();
    for (int i = 0; i <= ANY; i++) calls[i] = 0;
    armed_call = call;
    countdown = number;
    armed_fault = fault;
    is_lasting = lasting;
    fired = 0;
    leave();
}

PUBLIC int device_fired(void) { return __atomic_load_n(&fired, __ATOMIC_ACQUIRE); }
PUBLIC long device_calls(int call) { return __atomic_load_n(&calls[call], __ATOMIC_ACQUIRE); }
