#include "ingest/scan.h"

#include <string.h>

enum state {
    VALUE,     /* a value is expected */
    FIRST,     /* a value or ] */
    KEY_FIRST, /* a key or } */
    KEY,       /* a key */
    COLON,
    AFTER, /* , or a closing bracket, or the end */
    STRING,
    LITERAL,
    MINUS, /* the parts of a number, by what was read last */
    ZERO,
    WHOLE,
    POINT,
    FRACTION,
    EXPONENT,
    SIGN,
    POWER
};

static enum scan_event bad(struct scan *s, const char *what)
{
    s->what = what;
    return SCAN_BAD;
}

static bool is_array(const struct scan *s)
{
    int top = s->depth - 1;

    return top >= 0 && (s->arrays[top / 8] >> (top % 8) & 1);
}

static enum scan_event end_value(struct scan *s)
{
    s->state = AFTER;
    s->in_array = is_array(s);
    return SCAN_END;
}

static enum scan_event close_container(struct scan *s, char c)
{
    if (s->depth == 0 || (c == ']') != is_array(s))
        return bad(s, c == ']' ? "']' closes nothing" : "'}' closes nothing");
    s->at++;
    s->depth--;
    return end_value(s);
}

static void open_container(struct scan *s, char c)
{
    unsigned char bit = (unsigned char)(1u << (s->depth % 8)), *byte = &s->arrays[s->depth / 8];

    *byte = (unsigned char)(c == '[' ? *byte | bit : *byte & ~bit);
    s->depth++;
    s->state = c == '[' ? FIRST : KEY_FIRST;
}

/* The first byte of a value. */
static enum scan_event begin_value(struct scan *s, char c)
{
    static const char *const literals[] = { "true", "false", "null" };

    if (!strchr("{[\"-0123456789tfn", c) || !c)
        return bad(s, "a value is expected");
    if ((c == '{' || c == '[') && s->depth == SCAN_DEPTH_MAX)
        return bad(s, "it is nested too deep");
    if (!s->announced) {
        s->announced = true;
        s->type = c;
        s->in_array = is_array(s);
        return SCAN_BEGIN;
    }
    s->announced = false;
    if (c == '{' || c == '[') {
        open_container(s, c);
    } else if (c == '"') {
        s->state = STRING;
        s->is_key = false;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        s->state = c == '-' ? MINUS : c == '0' ? ZERO : WHOLE;
    } else {
        s->literal = literals[c == 't' ? 0 : c == 'f' ? 1 : 2] + 1;
        s->state = LITERAL;
    }
    s->at++;
    return SCAN_MORE;
}

static enum scan_event begin_key(struct scan *s, char c)
{
    if (c == '}' && s->state == KEY_FIRST)
        return close_container(s, c);
    if (c != '"')
        return bad(s, "a key in quotes is expected");
    if (!s->announced) {
        s->announced = true;
        s->in_array = false;
        return SCAN_KEY_BEGIN;
    }
    s->announced = false;
    s->state = STRING;
    s->is_key = true;
    s->key_size = 0;
    s->key_escaped = false;
    s->at++;
    return SCAN_MORE;
}

static enum scan_event after_value(struct scan *s, char c)
{
    if (c == ']' || c == '}')
        return close_container(s, c);
    if (s->depth == 0)
        return bad(s, "something follows the value");
    if (c != ',')
        return bad(s, is_array(s) ? "',' or ']' is expected" : "',' or '}' is expected");
    s->state = is_array(s) ? VALUE : KEY;
    s->at++;
    return SCAN_MORE;
}

static enum scan_event between(struct scan *s, char c)
{
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        s->lines += c == '\n';
        s->at++;
        return SCAN_MORE;
    }
    switch (s->state) {
    case FIRST:
        return c == ']' ? close_container(s, c) : begin_value(s, c);
    case KEY_FIRST:
    case KEY:
        return begin_key(s, c);
    case AFTER:
        return after_value(s, c);
    case COLON:
        if (c != ':')
            return bad(s, "':' is expected");
        s->state = VALUE;
        s->at++;
        return SCAN_MORE;
    default:
        return begin_value(s, c);
    }
}

/* The bytes of a character above 0x7F (RFC 3629). */
static bool lead(struct scan *s, unsigned char c)
{
    if (c < 0xC2 || c > 0xF4)
        return false;
    s->more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    s->low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    s->high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    return true;
}

static bool follow(struct scan *s, unsigned char c)
{
    if (c < s->low || c > s->high)
        return false;
    s->more--;
    s->low = 0x80;
    s->high = 0xBF;
    return true;
}

/* What follows a backslash: one letter, or u and four digits. */
static bool escaped(struct scan *s, char c)
{
    if (s->escape > 1) {
        s->escape = s->escape == 5 ? 0 : s->escape + 1;
        return c && strchr("0123456789abcdefABCDEF", c);
    }
    s->escape = c == 'u' ? 2 : 0;
    return c && strchr("\"\\/bfnrtu", c);
}

static void keep_key(struct scan *s, char c)
{
    if (s->is_key && s->key_size++ < SCAN_KEY_MAX)
        s->key[s->key_size - 1] = c;
}

static enum scan_event end_string(struct scan *s)
{
    s->at++;
    if (!s->is_key)
        return end_value(s);
    s->state = COLON;
    return SCAN_KEY_END;
}

static enum scan_event in_string(struct scan *s, char c)
{
    unsigned char byte = (unsigned char)c;

    if (s->more || byte >= 0x80) {
        if (s->escape || !(s->more ? follow(s, byte) : lead(s, byte)))
            return bad(s, "text is not UTF-8");
    } else if (s->escape) {
        if (!escaped(s, c))
            return bad(s, "an escape is not one of JSON");
    } else if (c == '"') {
        return end_string(s);
    } else if (c == '\\') {
        s->escape = 1;
        s->key_escaped = true;
    } else if (byte < ' ') {
        return bad(s, "a control character stands inside text");
    }
    keep_key(s, c);
    s->at++;
    return SCAN_MORE;
}

/* The part of a number that `c` leads to, or -1: it ends before. */
static int number_goes_on(int state, char c)
{
    bool digit = c >= '0' && c <= '9';

    switch (state) {
    case MINUS:
        return !digit ? -1 : c == '0' ? ZERO : WHOLE;
    case WHOLE:
    case ZERO:
        if (digit && state == WHOLE)
            return WHOLE;
        return c == '.' ? POINT : c == 'e' || c == 'E' ? EXPONENT : -1;
    case POINT:
        return digit ? FRACTION : -1;
    case FRACTION:
        return digit ? FRACTION : c == 'e' || c == 'E' ? EXPONENT : -1;
    case EXPONENT:
        return digit ? POWER : c == '+' || c == '-' ? SIGN : -1;
    default:
        return digit ? POWER : -1;
    }
}

static enum scan_event end_number(struct scan *s)
{
    if (s->state == ZERO || s->state == WHOLE || s->state == FRACTION || s->state == POWER)
        return end_value(s);
    return bad(s, "a number is not complete");
}

static enum scan_event in_number(struct scan *s, char c)
{
    int next = number_goes_on(s->state, c);

    if (next < 0)
        return end_number(s);
    s->state = next;
    s->at++;
    return SCAN_MORE;
}

static enum scan_event in_literal(struct scan *s, char c)
{
    if (c != *s->literal)
        return bad(s, "a value is none of true, false, null");
    s->at++;
    return *++s->literal ? SCAN_MORE : end_value(s);
}

enum scan_event scan_next(struct scan *s, const char *bytes, size_t end)
{
    enum scan_event event = SCAN_MORE;

    while (event == SCAN_MORE && s->at < end) {
        char c = bytes[s->at];

        if (s->state == STRING)
            event = in_string(s, c);
        else if (s->state == LITERAL)
            event = in_literal(s, c);
        else if (s->state >= MINUS)
            event = in_number(s, c);
        else
            event = between(s, c);
    }
    return event;
}

enum scan_event scan_last(struct scan *s)
{
    if (s->state >= MINUS)
        return end_number(s);
    if (s->state == STRING)
        return bad(s, "text is not closed before the end");
    return s->state == AFTER && s->depth == 0 ? SCAN_MORE : bad(s, "the value is not complete");
}
