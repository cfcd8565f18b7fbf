/* replay: main() for a fuzz target without a fuzzer. Gives it each file named on the command line:
 * so the committed inputs are tests of `make check`, and a crash can be looked at in a debugger. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *read_all(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t size = 0;
    size_t n;

    if (!file)
        return NULL;
    do { /* exactly as large as the input, so that a sanitizer sees the first byte behind it */
        data = realloc(data, size + 65536);
        n = data ? fread(data + size, 1, 65536, file) : 0;
        size += n;
    } while (n == 65536);
    fclose(file);
    *ret_size = size;
    return data ? realloc(data, size ? size : 1) : NULL;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t size = 0;
        uint8_t *data = read_all(argv[i], &size);

        if (!data) {
            printf("not ok %d - %s cannot be read\n", i, argv[i]);
            continue;
        }
        LLVMFuzzerTestOneInput(data, size);
        free(data);
        printf("ok %d - %s\n", i, argv[i]);
        fflush(stdout); /* a crash in the next one must not hide this line */
    }
    return 0;
}
