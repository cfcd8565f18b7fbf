# make help says what there is. One Makefile for everything, no recursion into folders.
#
# Objects, the library, the programs of the tests: all below $(O). SAN=address,undefined has a folder of its own, so
# the two kinds of objects never mix. DEV=1 makes a warning an error; the checks set it.

VERSION  := 0.1.0
prefix   ?= /usr
etcdir   ?= /etc
PYTHON   := /usr/bin/python3
PKGS     := libcurl libconfig sqlite3 libsystemd jansson libcrypto libxxhash libzstd zlib gmime-3.0

BUILD_PACKAGES := gcc libc6-dev pkg-config libcurl4-openssl-dev libconfig-dev libsqlite3-dev libsystemd-dev \
                  libjansson-dev libssl-dev libxxhash-dev libzstd-dev zlib1g-dev libgmime-3.0-dev
DEMO_PACKAGES  := python3 tzdata curl
TEST_PACKAGES  := libcmocka-dev python3-pytest python3-pytest-xdist python3-aiosmtpd python3-dateutil mandoc clang-format universal-ctags curl sqlite3 \
                  binutils faketime tzdata openssl procps
DEB_PACKAGES   := dpkg-dev
FULL_PACKAGES  := valgrind clang libclang-rt-dev debootstrap systemd-container $(DEB_PACKAGES) lintian

O        := build$(if $(SAN),/san-$(shell echo '$(SAN)' | tr , -))

# One job per processor, unless the caller says otherwise (the command line wins).
MAKEFLAGS += $(if $(filter 0,$(MAKELEVEL)),-j$(shell nproc)) --no-print-directory
.DELETE_ON_ERROR:

### How to compile ###################################################################################################

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wformat=2 -Wmissing-prototypes -Wstrict-prototypes \
            -Wold-style-definition -Wwrite-strings -Wcast-qual -Wpointer-arith -Wundef -Wswitch-enum
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
ifneq ($(filter check check-all check-night,$(MAKECMDGOALS)),)
DEV      := 1
endif
# Asked for once, and only when the first recipe needs them: by then the packages are there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS))))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS)) -lm)$(PKG_LIBS)

FLAGS    = -std=gnu17 -O2 -g -ffile-prefix-map=$(CURDIR)=. -D_GNU_SOURCE -DDUTYWATCH_VERSION='"$(VERSION)"' -Idaemon $(if $(filter tests/%,$<),-Itests) \
           $(WARNINGS) $(HARDEN) $(SANITIZE) $(PKG_CFLAGS) $(CFLAGS)
LINK     = $(CC) -pie -Wl,-z,relro,-z,now,--as-needed $(SANITIZE) $(CFLAGS) $(LDFLAGS) -o $@

### What there is ####################################################################################################

LIB      := $(patsubst %.c,$(O)/%.o,$(wildcard daemon/*/*.c))
MAIN     := $(patsubst %.c,$(O)/%.o,$(filter-out daemon/odbc.c,$(wildcard daemon/*.c)))
TESTLIB  := $(patsubst %.c,$(O)/%.o,$(filter-out tests/lib/replay.c,$(wildcard tests/lib/*.c)))
UNIT     := $(patsubst %.c,$(O)/%,$(wildcard tests/unit/*.c tests/system/*.c))
SCENARIO := $(patsubst %.c,$(O)/%.o,$(wildcard tests/scenario/*.c))
NATION   := $(patsubst %.c,$(O)/%.o,$(wildcard tests/bench/*.c))
FUZZ     := $(patsubst %.c,$(O)/%,$(wildcard tests/fuzz/*.c))
OBJECTS  := $(LIB) $(MAIN) $(TESTLIB) $(SCENARIO) $(NATION) $(UNIT:=.o) $(FUZZ:=.o) $(O)/tests/lib/replay.o
PROGRAMS := $(O)/dutywatch $(UNIT) $(FUZZ) $(if $(SCENARIO),$(O)/tests/scenario/scenario) \
            $(if $(NATION),$(O)/tests/bench/nation)
C_FILES  := $(wildcard daemon/*.[ch] daemon/*/*.[ch] tests/*/*.[ch])

.PHONY: all deps demo demo-152 check check-all check-night mutate bench fuzz fuzz-programs install uninstall deb format clean flags packages help
all: $(O)/dutywatch                     ## build/dutywatch

# An object whose compiler warned is compiled again by the next make, so a check cannot miss the warning.
$(shell find $(O) -name '*.o.says' -size +0 2>/dev/null | sed 's/\.says$$//' | xargs -r rm -f)
$(OBJECTS): $(O)/%.o: %.c Makefile | packages
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(FLAGS) $(if $(filter 1,$(DEV)),-Werror) -MMD -MP -c -o $@ $< 2>$@.says || { cat $@.says >&2; exit 1; }
	@cat $@.says >&2

$(O)/libdutywatch.a: $(LIB)
	@rm -f $@
	@ar rcsD $@ $^

$(O)/dutywatch: $(MAIN) $(O)/libdutywatch.a
	@echo "  LINK  $@"
	@$(LINK) $^ $(PKG_LIBS)

$(UNIT): %: %.o $(TESTLIB) $(O)/libdutywatch.a
	@echo "  LINK  $@"
	@$(LINK) $^ $(PKG_LIBS) -lcmocka

$(O)/tests/scenario/scenario: $(SCENARIO) $(TESTLIB) $(O)/libdutywatch.a
	@echo "  LINK  $@"
	@$(LINK) $^ $(PKG_LIBS) -lcmocka

$(O)/tests/bench/nation: $(NATION)
	@echo "  LINK  $@"
	@$(LINK) $^

# With clang's fuzzer the engine brings main(); without, replay.c runs the committed inputs once.
$(FUZZ): %: %.o $(if $(findstring fuzzer,$(SAN)),,$(O)/tests/lib/replay.o) $(O)/libdutywatch.a
	@echo "  LINK  $@"
	@$(subst =fuzzer-no-link,=fuzzer,$(LINK)) $^ $(PKG_LIBS)

-include $(OBJECTS:.o=.d)

flags:                                  # for editors and for tests/gates/headers
	@echo $(CC) $(FLAGS)

### Packages #########################################################################################################

# These goals install what is missing; any other says what is missing and stops.
GOALS    := $(or $(MAKECMDGOALS),all)
INSTALL  := $(filter deps demo demo-152 check check-all check-night mutate bench fuzz deb,$(GOALS))
NEEDED    = $(BUILD_PACKAGES) $(if $(filter deps demo demo-152,$(GOALS)),$(DEMO_PACKAGES)) \
            $(if $(filter deps check check-all check-night mutate bench fuzz,$(GOALS)),$(TEST_PACKAGES)) \
            $(if $(filter check-all check-night fuzz,$(GOALS)),$(FULL_PACKAGES)) $(if $(filter deb,$(GOALS)),$(DEB_PACKAGES))
packages:
	@tests/lib/packages $(if $(INSTALL),install,explain) $(NEEDED)

deps: packages                          ## install the Debian packages that are missing
	@echo "all packages are there"

### Trying and testing ###############################################################################################

RUN       = env -u MAKEFLAGS -u MAKELEVEL DUTYWATCH_BUILD=$(O) $(if $(SAN),SAN=$(SAN)) $(PYTHON) tests/lib/run

demo: $(O)/dutywatch                    ## from nothing to messages, in a minute
	@DUTYWATCH=$(CURDIR)/$(O)/dutywatch tests/demo/run

demo-152: $(O)/dutywatch                ## the 152 cases of the auditors: 8 told, 144 not, each for its reason
	@DUTYWATCH=$(CURDIR)/$(O)/dutywatch tests/demo/run-152

check: $(PROGRAMS)                      ## gates and all tests at their small size (SAN=address,undefined)
	@$(RUN) gates unit fuzz scenario rules system

check-all: $(PROGRAMS)                  ## the same at full size, then sanitized, then under valgrind
	@FULL=1 $(RUN) gates unit fuzz scenario rules system mutation sanitized valgrind

check-night: $(PROGRAMS)                ## what is random, 2,000 times, with the rest at full size; no limit
	@FULL=1 NIGHT=1 $(RUN) unit fuzz scenario rules system

mutate: $(PROGRAMS)                     ## plant mistakes in what computes dates; a test must see each
	@env -u MAKEFLAGS -u MAKELEVEL DUTYWATCH_BUILD=$(O) tests/mutate/run

bench: $(PROGRAMS)                      ## measure (FULL=1: a made-up country of a million rows as well)
	@if [ -x tests/bench/run ]; then DUTYWATCH_BUILD=$(O) tests/bench/run; else echo "no tests/bench/run"; fi

fuzz: | packages                        ## every target of tests/fuzz for FUZZ_SECONDS=60 with clang's fuzzer
	@$(MAKE) CC=clang SAN=fuzzer-no-link,address,undefined fuzz-programs
	@tests/lib/fuzz build/san-fuzzer-no-link-address-undefined $(or $(FUZZ_SECONDS),60)

fuzz-programs: $(FUZZ)

format:                                 ## clang-format, in place
	clang-format -i $(C_FILES)

### Installing #######################################################################################################

bindir   := $(DESTDIR)$(prefix)/bin
share    := $(DESTDIR)$(prefix)/share
unitdir  := $(DESTDIR)$(prefix)/lib/systemd/system
INSTALLED = $(bindir)/dutywatch $(addprefix $(share)/man/man8/,$(notdir $(wildcard daemon/*.8))) \
            $(addprefix $(share)/man/man5/,$(notdir $(wildcard daemon/*.5))) \
            $(addprefix $(unitdir)/,$(notdir $(wildcard systemd/*.service))) \
            $(DESTDIR)$(prefix)/lib/sysusers.d/dutywatch.conf $(DESTDIR)$(prefix)/lib/tmpfiles.d/dutywatch.conf \
            $(share)/bash-completion/completions/dutywatch

install: $(O)/dutywatch                 ## DESTDIR= prefix=/usr; an edited configuration is left alone
	install -D -m 755 $(O)/dutywatch $(bindir)/dutywatch
	for page in $(wildcard daemon/*.[58]); do \
	    install -D -m 644 $$page $(share)/man/man$${page##*.}/$${page##*/} || exit 1; done
	for unit in $(wildcard systemd/*.service); do \
	    install -D -m 644 $$unit $(unitdir)/$${unit##*/} && \
	    sed -i 's,/usr/bin/,$(prefix)/bin/,' $(unitdir)/$${unit##*/} || exit 1; done
	for kind in sysusers tmpfiles; do [ ! -f systemd/dutywatch.$$kind ] || \
	    install -D -m 644 systemd/dutywatch.$$kind $(DESTDIR)$(prefix)/lib/$$kind.d/dutywatch.conf || exit 1; done
	[ ! -f daemon/completion.bash ] || \
	    install -D -m 644 daemon/completion.bash $(share)/bash-completion/completions/dutywatch
	[ ! -d rules ] || find rules -type f -exec install -D -m 644 {} $(share)/dutywatch/{} \;
	for file in $(wildcard LICENSE README.md); do install -D -m 644 $$file $(share)/doc/dutywatch/$$file || exit 1; done
	tests/lib/install-config etc/dutywatch.conf $(DESTDIR)$(etcdir)/dutywatch/dutywatch.conf

uninstall:                              ## remove what install put there, but for the configuration
	rm -f $(INSTALLED)
	rm -rf $(share)/dutywatch $(share)/doc/dutywatch
	@echo "left alone: $(DESTDIR)$(etcdir)/dutywatch and the state in /var/lib/dutywatch"

# The version grows with each commit until its tag; the time is that of the commit (SOURCE_DATE_EPOCH).
DEB_VERSION    = $(shell systemd/debian/version $(VERSION))
DEB_MAINTAINER = dutywatch maintainers <dutywatch@lists.example.org>
deb: $(O)/dutywatch                     ## build/deb/dutywatch_VERSION_ARCH.deb
	@rm -rf $(O)/deb && mkdir -p $(O)/deb
	@$(MAKE) -s install O=$(O) DESTDIR=$(abspath $(O))/deb/root prefix=/usr etcdir=/etc
	@systemd/debian/build $(abspath $(O))/deb/root $(abspath $(O))/deb '$(DEB_VERSION)' '$(DEB_MAINTAINER)'

clean:                                  ## remove build/
	rm -rf build

help:                                   ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
