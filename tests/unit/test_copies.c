/*
 * Sealed forwards that wait in memory: found by their Message-ID, bounded in
 * number and bytes, and never closed twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memfd.h"
#include "core/copies.h"

static int
mail(const char *text)
{
	int fd;

	assert_int_equal(memfd_from(text, strlen(text), &fd), GW_OK);
	return fd;
}

/* One that claims a size and holds nothing. */
static int
large(size_t n)
{
	int fd;

	assert_int_equal(memfd_new(&fd), GW_OK);
	assert_int_equal(ftruncate(fd, (off_t)n), 0);
	assert_int_equal(memfd_freeze(fd), GW_OK);
	return fd;
}

static void
what_is_added_is_found_until_it_is_dropped(void **state)
{
	struct copies c = { .bytes = 0 };
	struct map map;
	int fd;

	(void)state;
	assert_true(copies_add(&c, "<a@x>", mail("first")));
	assert_true(copies_add(&c, "<b@x>", mail("other")));
	assert_true(copies_has(&c, "<a@x>"));
	assert_false(copies_has(&c, "<c@x>"));
	assert_int_equal(copies_get(&c, "<c@x>", &fd), GW_MISSING);
	assert_int_equal(fd, -1);
	assert_int_equal(copies_get(&c, "<b@x>", &fd), GW_OK);
	copies_drop(&c, "<b@x>");
	assert_false(copies_has(&c, "<b@x>"));
	/* What was got is the caller's, whatever happens here. */
	assert_int_equal(memfd_map(fd, 100, &map), GW_OK);
	assert_int_equal(map.len, 5);
	assert_memory_equal(map.p, "other", 5);
	memfd_unmap(&map);
	close(fd);
	copies_drop(&c, "<b@x>");
	copies_drop(&c, "<a@x>");
	assert_int_equal(c.bytes, 0);
}

static void
room_is_bounded_in_number(void **state)
{
	struct copies c = { .bytes = 0 };
	char id[LIM_COPIES][16];
	int fd, i;

	(void)state;
	for (i = 0; i < LIM_COPIES; i++) {
		(void)snprintf(id[i], sizeof(id[i]), "<%d@x>", i);
		assert_true(copies_add(&c, id[i], mail("x")));
	}
	fd = mail("x");
	assert_false(copies_add(&c, "<more@x>", fd));
	copies_drop(&c, id[7]);
	assert_true(copies_add(&c, "<more@x>", fd));
	copies_drop(&c, "<more@x>");
	for (i = 0; i < LIM_COPIES; i++)
		copies_drop(&c, id[i]);
	assert_int_equal(c.bytes, 0);
}

static void
room_is_bounded_in_bytes(void **state)
{
	struct copies c = { .bytes = 0 };
	int fd;

	(void)state;
	fd = large(LIM_COPIES_BYTES + 1);
	assert_false(copies_add(&c, "<a@x>", fd));
	close(fd);
	assert_true(copies_add(&c, "<a@x>", large(LIM_COPIES_BYTES - 1)));
	assert_true(copies_add(&c, "<b@x>", large(1)));
	fd = large(1);
	assert_false(copies_add(&c, "<c@x>", fd));
	assert_false(copies_has(&c, "<c@x>"));
	copies_drop(&c, "<b@x>");
	assert_true(copies_add(&c, "<c@x>", fd));
	/* Nothing is no mail. */
	copies_drop(&c, "<c@x>");
	fd = large(0);
	assert_false(copies_add(&c, "<d@x>", fd));
	close(fd);
	copies_drop(&c, "<a@x>");
	assert_int_equal(c.bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_is_found_until_it_is_dropped),
		cmocka_unit_test(room_is_bounded_in_number),
		cmocka_unit_test(room_is_bounded_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
