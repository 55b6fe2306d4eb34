/* Exact Pareto front (maximise score, minimise cost) of 1,000 designs x
 * 10,000 token counts, in C.
 *
 *   design d     N = round(0.5e9 * 140^(d/999)) parameters, 50 text tokens
 *   error(N, n)  = 0.30 (N/1e9)^-0.077 + 0.25 n^-0.15 + 0.10
 *   score        = 100 (1 - error), added up left to right as written
 *   cost         = 2 N (50 + n)
 *
 * The rounded N is used in the score as well. Costs are doubles holding whole
 * numbers below 2^53 (at most 1.41e15), so their comparison is exact.
 *
 * A point is kept if no other point has cost <= and score >= with one of the
 * two strict. Exact duplicates count once: lowest design, then lowest count.
 *
 * Method. Costs fall into logarithmic bins, read off the top bits of the
 * double. (1) Every STRIDE-th count of every design gives a lower bound of the
 * best score in each bin; a running maximum turns it into a score that is
 * reachable at strictly lower cost than the bin. (2) Every point is evaluated;
 * one not above its bin's bound is dominated and dropped. (3) The survivors
 * are sorted by cost, bin by bin, and swept. The bound only drops dominated points, so bins
 * and stride change the time and never the front.
 *
 * Build: gcc -O3 front.c -lm        Run: ./a.out [repetitions]
 * -DDESIGNS=, -DCOUNTS= (both >= 2) choose another size. -DROUGH rounds sizes
 * and scores coarsely to provoke ties and duplicates (for tests). Everything
 * is timed, from the tables to the finished front. Prints one JSON line;
 * "crc" is the CRC-32 of the per-design front counts (32 bit, little endian). */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#ifndef DESIGNS
#define DESIGNS 1000
#endif
#ifndef COUNTS
#define COUNTS 10000
#endif
#ifndef MANTISSA_BITS
#define MANTISSA_BITS 10 /* 1,024 bins per doubling of the cost */
#endif
#ifndef STRIDE
#define STRIDE 16
#endif
#define TEXT 50
#define OCTAVES 64 /* 2^0 ... 2^63: any cost */
#define BINS ((size_t)OCTAVES << MANTISSA_BITS)

struct point {
    double cost, score;
    int32_t design, count;
};

struct list {
    struct point *items;
    size_t size, room;
};

static double sizes[DESIGNS], size_error[DESIGNS], count_error[COUNTS + 1];
static double bound[BINS];

static void *checked(void *memory) {
    if (!memory) {
        fprintf(stderr, "out of memory\n");
        exit(2);
    }
    return memory;
}

static void tables(void) {
    for (int d = 0; d < DESIGNS; d++) {
        double size = 0.5e9 * pow(140, (double)d / (DESIGNS - 1));
#ifdef ROUGH
        sizes[d] = round(size / 2.5e8) * 2.5e8;
#else
        sizes[d] = round(size);
#endif
        size_error[d] = 0.30 * pow(sizes[d] / 1e9, -0.077);
    }
    for (int n = 1; n <= COUNTS; n++) count_error[n] = 0.25 * pow(n, -0.15);
}

static inline double score_of(int d, int n) {
    double score = 100 * (1 - (size_error[d] + count_error[n] + 0.10));
#ifdef ROUGH
    score = floor(score);
#endif
    return score;
}

static inline double cost_of(int d, int n) {
    return 2 * sizes[d] * (TEXT + n);
}

/* Exponent and leading mantissa bits of a cost >= 1: grows with the cost. */
static inline uint32_t bin_of(double cost) {
    uint64_t bits;
    memcpy(&bits, &cost, sizeof bits);
    return (uint32_t)((bits - ((uint64_t)1023 << 52)) >> (52 - MANTISSA_BITS));
}

static void bounds(void) {
    for (size_t b = 0; b < BINS; b++) bound[b] = -INFINITY;
    for (int d = 0; d < DESIGNS; d++)
        for (int n = 1; n <= COUNTS; n += STRIDE) {
            uint32_t b = bin_of(cost_of(d, n));
            double score = score_of(d, n);
            if (score > bound[b]) bound[b] = score;
        }
    double reached = -INFINITY;
    for (size_t b = 0; b < BINS; b++) {
        double here = bound[b];
        bound[b] = reached;
        if (here > reached) reached = here;
    }
}

static void survivors(struct list *list) {
    list->size = 0;
    for (int d = 0; d < DESIGNS; d++)
        for (int n = 1; n <= COUNTS; n++) {
            double cost = cost_of(d, n), score = score_of(d, n);
            if (score <= bound[bin_of(cost)]) continue;
            if (list->size == list->room) {
                list->room = list->room ? 2 * list->room : 4096;
                list->items = checked(realloc(list->items, list->room * sizeof *list->items));
            }
            list->items[list->size++] = (struct point){cost, score, d, n};
        }
}

static int by_cost(const void *a, const void *b) {
    const struct point *p = a, *q = b;
    if (p->cost != q->cost) return p->cost < q->cost ? -1 : 1;
    if (p->score != q->score) return p->score > q->score ? -1 : 1;
    if (p->design != q->design) return p->design < q->design ? -1 : 1;
    return (p->count > q->count) - (p->count < q->count);
}

/* Scatters the survivors into their bins, which are in cost order, then sorts
 * each bin: a few points by insertion, many with qsort. */
static void sort(struct list *list) {
    static size_t start[BINS + 1];
    struct point *sorted = checked(malloc(list->size * sizeof *sorted));
    memset(start, 0, sizeof start);
    for (size_t i = 0; i < list->size; i++) start[bin_of(list->items[i].cost) + 1]++;
    for (size_t b = 0; b < BINS; b++) start[b + 1] += start[b];
    for (size_t i = 0; i < list->size; i++)
        sorted[start[bin_of(list->items[i].cost)]++] = list->items[i];
    /* start[b] has moved on to the end of bin b. */
    for (size_t b = 0, from = 0; b < BINS; from = start[b++]) {
        size_t length = start[b] - from;
        struct point *bin = sorted + from;
        if (length > 32) {
            qsort(bin, length, sizeof *bin, by_cost);
            continue;
        }
        for (size_t i = 1; i < length; i++) {
            struct point moving = bin[i];
            size_t j = i;
            for (; j > 0 && by_cost(&moving, &bin[j - 1]) < 0; j--) bin[j] = bin[j - 1];
            bin[j] = moving;
        }
    }
    free(list->items);
    list->items = sorted;
    list->room = list->size;
}

static void sweep(struct list *list) {
    size_t kept = 0;
    double best = -INFINITY;
    for (size_t i = 0; i < list->size; i++)
        if (list->items[i].score > best) {
            best = list->items[i].score;
            list->items[kept++] = list->items[i];
        }
    list->size = kept;
}

static uint32_t crc(const struct list *list) {
    static uint32_t per_design[DESIGNS];
    memset(per_design, 0, sizeof per_design);
    for (size_t i = 0; i < list->size; i++) per_design[list->items[i].design]++;
    uint32_t sum = 0xFFFFFFFF;
    for (int d = 0; d < DESIGNS; d++)
        for (int bit = 0; bit < 32; bit++) {
            uint32_t mix = (sum ^ (per_design[d] >> bit)) & 1;
            sum = (sum >> 1) ^ (mix ? 0xEDB88320 : 0);
        }
    return ~sum;
}

/* Linux: the high-water mark of this program's own memory, since ru_maxrss may
 * still hold that of the process which started it. */
static long peak_kib(void) {
    char line[128];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && kib < 0 && fgets(line, sizeof line, status))
        if (!strncmp(line, "VmHWM:", 6)) kib = atol(line + 6);
    if (status) fclose(status);
    if (kib >= 0) return kib;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return usage.ru_maxrss / 1024;
#else
    return usage.ru_maxrss;
#endif
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int repetitions = argc > 1 ? atoi(argv[1]) : 15;
    if (repetitions < 1) {
        fprintf(stderr, "usage: %s [repetitions >= 1]\n", argv[0]);
        return 2;
    }
    double *times = checked(malloc((size_t)repetitions * sizeof *times));
    struct list list = {0};
    size_t survived = 0;
    for (int i = 0; i < repetitions; i++) {
        list = (struct list){0};
        double start = now();
        tables();
        bounds();
        survivors(&list);
        survived = list.size;
        sort(&list);
        sweep(&list);
        times[i] = now() - start;
        if (i + 1 < repetitions) free(list.items);
    }
    qsort(times, (size_t)repetitions, sizeof *times, ascending);
    double median = (times[(repetitions - 1) / 2] + times[repetitions / 2]) / 2;
    int64_t sum = 0;
    for (size_t i = 0; i < list.size; i++) sum += list.items[i].count;
    printf("{\"problem\": \"front-1e7\", \"name\": \"C front\", \"nanoseconds\": %.0f, "
           "\"fastest\": %.0f, \"answer\": \"%zu/%lld\", \"ours\": false, \"crc\": \"%08x\", "
           "\"milliseconds\": %.3f, \"peak_kib\": %ld, \"survivors\": %zu}\n",
           median, times[0], list.size, (long long)sum, crc(&list), median / 1e6, peak_kib(),
           survived);
    free(list.items);
    free(times);
    return 0;
}
