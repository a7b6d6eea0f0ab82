# complaintd: `make help` lists the targets.

# default, asan, tsan, coverage or fuzz: each builds into a directory of its own.
FLAVOUR ?= default
# WERROR= lets warnings pass. Sanitisers make gcc 12 see uninitialised variables that are none.
WERROR  ?= $(if $(filter default,$(FLAVOUR)),-Werror)
CC      := $(if $(filter fuzz,$(FLAVOUR)),clang,gcc)
PREFIX  ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=

MAKEFLAGS += --no-print-directory --no-builtin-rules
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := build

BIN := build$(if $(filter default,$(FLAVOUR)),,/$(FLAVOUR))
OUT := build/$(FLAVOUR)
OBJ := $(OUT)/obj
DEPLOY := server/deploy

# --- flags --------------------------------------------------------------------------------------
PACKAGES := libmicrohttpd jansson libpq libsodium libutf8proc zlib uuid libcurl gnutls cjose libmagic
# Asked once, and only when something is compiled: before setup.sh there may be nothing to ask for.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(patsubst -I%,-isystem %,$$(shell pkg-config --cflags $(PACKAGES))))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)
CHECK_LIBS = $(eval CHECK_LIBS := $$(shell pkg-config --libs check))$(CHECK_LIBS)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2 $(WERROR)
CPPFLAGS_default  := -D_FORTIFY_SOURCE=2
CFLAGS_default    := -O2 -fstack-protector-strong -fstack-clash-protection
CFLAGS_asan       := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_tsan       := -O1 -fsanitize=thread -fno-omit-frame-pointer
CFLAGS_coverage   := -O0 --coverage
CFLAGS_fuzz       := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS_asan      := -fsanitize=address,undefined
LDFLAGS_tsan      := -fsanitize=thread
LDFLAGS_coverage  := --coverage
LDFLAGS_fuzz      := -fsanitize=address,undefined
ifeq ($(origin CFLAGS_$(FLAVOUR)),undefined)
$(error FLAVOUR is one of: default asan tsan coverage fuzz)
endif

# What clang-tidy has to know too.
LANGUAGE = -std=gnu17 -D_GNU_SOURCE -I. $(PKG_CFLAGS)
COMPILE = $(CC) $(LANGUAGE) $(CPPFLAGS_$(FLAVOUR)) -g -pthread -fPIE $(CFLAGS_$(FLAVOUR)) $(WARNINGS)
LINK = $(CC) -pthread -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS_$(FLAVOUR))
LIBS = $(PKG_LIBS) -linih -lzxcvbn -lcsv -lm

# --- sources ------------------------------------------------------------------------------------
LIB_SOURCES    := $(wildcard lib/*/*.c)
SERVER_SOURCES := $(filter-out server/main.c,$(wildcard server/*.c server/operation/*.c server/duty/*.c))
CTL_SOURCES    := $(wildcard server/ctl/*.c)
HEADERS        := $(wildcard lib/*/*.h lib/*/*.def server/*.h server/*.def server/*/*.h tests/*.h tests/*/*.h)
TEST_SUITES    := unit store http fuzz
# Suites of tests share tests/support/*.c; tests/SUITE/*.c that are not test_*.c are its helpers.
SUPPORT_SOURCES := tests/runner.c $(wildcard tests/support/*.c)
ALL_SOURCES    := $(LIB_SOURCES) $(wildcard server/main.c) $(SERVER_SOURCES) $(CTL_SOURCES) \
	$(SUPPORT_SOURCES) $(wildcard $(TEST_SUITES:%=tests/%/*.c))

objects = $(patsubst %.c,$(OBJ)/%.o,$(1))

PROGRAMS := $(if $(wildcard server/main.c),$(BIN)/complaintd) \
	$(if $(wildcard server/ctl/main.c),$(BIN)/complaintctl)
TEST_PROGRAMS := $(foreach s,$(TEST_SUITES),$(if $(wildcard tests/$(s)/test_*.c),$(OUT)/tests/$(s)))

# --- what people call ---------------------------------------------------------------------------
.PHONY: help build run stop check check-all bench bench-desk screenshots lint fmt asan tsan fuzz coverage install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

# One at a time in a tree: two makes would write the same objects.
build: ## compile build/complaintd and build/complaintctl, installing what that takes
	@$(DEPLOY)/setup.sh build
	@mkdir -p build && flock -o build/.lock $(MAKE) programs

run: ## start the demo installation on http://127.0.0.1:8080 (PORT=...)
	@$(DEPLOY)/run.sh

stop: ## end what `make run` started, keep its data
	@$(DEPLOY)/stop.sh

check: ## run all tests (SUITES="unit fuzz store http contract web lint" for some of them)
	@FLAVOUR=$(FLAVOUR) tests/run.sh $(SUITES)

check-all: ## also: sanitisers, a million histories, 1,000,000 complaints, kills in random moments
	@HISTORIES=$${HISTORIES:-1000000} MODEL_COMMANDS=50000 $(MAKE) check && $(MAKE) asan && $(MAKE) tsan && \
		ROTATED_COMPLAINTS=100000 CK_RUN_SUITE=privacy tests/run.sh http && tests/run.sh large fault

bench: ## measure throughput and latency
	@$(DEPLOY)/setup.sh bench && $(MAKE) build && flock -o build/.lock $(MAKE) tests && tests/bench/run.sh

bench-desk: ## measure how fast the desk is in a browser, over BENCH_ROWS=20000 complaints
	@$(DEPLOY)/setup.sh bench && $(DEPLOY)/setup.sh check && $(MAKE) build && \
		BENCH_DESK=1 BENCH_ROWS=$(or $(BENCH_ROWS),20000) tests/bench/run.sh

screenshots: ## test the desk, and write pictures of every page into build/screenshots
	@SCREENSHOTS=1 tests/run.sh web

lint: ## check format, layering, scripts and code (clang-tidy, cppcheck)
	@$(DEPLOY)/setup.sh check && tests/lint/run.sh

fmt: ## format the C sources
	@clang-format -i $(sort $(ALL_SOURCES) $(filter %.h,$(HEADERS)))

asan: ## run the tests that run code with address and undefined-behaviour sanitisers
	@FLAVOUR=asan tests/run.sh $(or $(SUITES),unit fuzz store http contract)

tsan: ## run the same with the thread sanitiser
	@FLAVOUR=tsan tests/run.sh $(or $(SUITES),unit fuzz store http contract)

fuzz: ## look FUZZ_S=60 seconds for input that breaks what reads it (FUZZ="masking header": there)
	@$(DEPLOY)/setup.sh fuzz && mkdir -p build && FLAVOUR=fuzz flock -o build/.lock $(MAKE) fuzzer && \
		FUZZ='$(FUZZ)' FUZZ_S='$(or $(FUZZ_S),60)' tests/fuzz/run.sh

coverage: ## run the same counting lines; the report is build/coverage/report/index.html
	@$(DEPLOY)/setup.sh coverage
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	@FLAVOUR=coverage tests/run.sh $(or $(SUITES),unit fuzz store http contract)
	@mkdir -p build/coverage/report && gcovr --root . --filter lib/ --filter server/ \
		--object-directory build/coverage --print-summary \
		--html-details build/coverage/report/index.html build/coverage

install: ## copy programs, migrations and unit file to DESTDIR and PREFIX (after `make build`)
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' SYSCONFDIR='$(SYSCONFDIR)' $(DEPLOY)/install.sh

clean: ## end what runs from this tree, remove all that was built, and the demo's data
	@$(DEPLOY)/stop.sh everything
	@for name in demo test bench fault; do $(DEPLOY)/cluster.sh $$name destroy; done
	@rm -rf build

# --- rules --------------------------------------------------------------------------------------
.PHONY: programs tests fuzzer tidy FORCE

programs: $(PROGRAMS)
	@:
tests: $(PROGRAMS) $(TEST_PROGRAMS)

$(OBJ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "CC $(FLAVOUR) $<"
	@$(COMPILE) $(CFLAGS_FILE) -MMD -MP -c -o $@ $<

# Archives, so that a program holds what it uses; made anew, or removed sources would stay in.
$(OUT)/lib.a: $(call objects,$(LIB_SOURCES))
$(OUT)/server.a: $(call objects,$(SERVER_SOURCES) build/gen/assets.c)
$(OUT)/lib.a $(OUT)/server.a:
	@mkdir -p $(@D) && rm -f $@ && gcc-ar rcsD $@ $^

$(BIN)/complaintd: $(OBJ)/server/main.o $(OUT)/server.a $(OUT)/lib.a
$(BIN)/complaintctl: $(call objects,$(CTL_SOURCES)) $(OUT)/lib.a
$(BIN)/complaintd $(BIN)/complaintctl:
	@echo "LD $(FLAVOUR) $@"
	@$(LINK) -o $@ $^ $(LIBS)

# Only the two main.c know the version, so that a commit does not compile the rest again.
$(OBJ)/server/main.o $(OBJ)/server/ctl/main.o: build/gen/version
$(OBJ)/server/main.o $(OBJ)/server/ctl/main.o: CFLAGS_FILE = -DCOMPLAINTD_VERSION='"$(shell cat build/gen/version)"'

# Writes standard input to the target unless it holds just that already.
define replace_if_changed
@mkdir -p $(@D) && { $(1); } >$@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
endef

build/gen/version: FORCE
	$(call replace_if_changed,git describe --always --dirty 2>/dev/null || echo 0.1.0)

# The desk; its directories are named, too, as they change when a file of theirs is removed.
DESK := server/web
DESK_SOURCES := $(filter-out $(DESK)/%.md $(DESK)/docs/%,$(wildcard $(DESK)/*.*) $(shell find $(DESK)/src))
build/web/index.html: $(DESK_SOURCES)
	@echo "VITE $(@D)"
	@cd $(DESK) && npm run --silent build && touch $(CURDIR)/$@

# The contract as JSON, and the files that the server serves itself.
ASSET_SOURCES := $(wildcard openapi.yaml $(DESK)/docs/*) build/web/index.html
build/gen/assets.c: $(DEPLOY)/assets.mjs $(DEPLOY)/package-lock.json $(ASSET_SOURCES)
	@echo "GEN $@"
	@mkdir -p $(@D) && node $< $@
$(OBJ)/build/gen/assets.o: CFLAGS_FILE = -Wno-overlength-strings

# A program for each directory of tests, with a list of its suites: tests/unit/test_arena.c
# defines Suite *arena_suite(void).
define test_program
build/gen/tests/$(1).c: FORCE
	$$(call replace_if_changed,tests/suites.sh $(sort $(patsubst tests/$(1)/test_%.c,%,$(wildcard tests/$(1)/test_*.c))))
$(OUT)/tests/$(1): $(call objects,build/gen/tests/$(1).c $(wildcard tests/$(1)/*.c) $(SUPPORT_SOURCES)) $(OUT)/server.a $(OUT)/lib.a
	@mkdir -p $$(@D)
	@echo "LD $$(FLAVOUR) $$@"
	@$$(LINK) -o $$@ $$^ $$(CHECK_LIBS) $$(LIBS)
endef
$(foreach s,$(TEST_SUITES),$(eval $(call test_program,$(s))))

# All targets in one program, with libFuzzer's main instead of libcheck's.
fuzzer: $(OUT)/fuzzer
FUZZ_SOURCES := $(filter-out tests/fuzz/test_%.c,$(wildcard tests/fuzz/*.c)) $(wildcard tests/support/naive_*.c)
$(OUT)/fuzzer: $(call objects,$(FUZZ_SOURCES)) $(OUT)/server.a $(OUT)/lib.a
	@echo "LD $(FLAVOUR) $@"
	@$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# clang-tidy, remembered by file: called by tests/lint/run.sh.
tidy: $(patsubst %.c,build/lint/%.tidy,$(ALL_SOURCES))
build/lint/%.tidy: %.c .clang-tidy Makefile $(HEADERS)
	@mkdir -p $(@D)
	@clang-tidy --quiet --warnings-as-errors='*' $< -- $(LANGUAGE) -DCOMPLAINTD_VERSION='""' 2>$@.err || { cat $@.err; exit 1; }
	@touch $@

-include $(wildcard $(OBJ)/*/*.d $(OBJ)/*/*/*.d $(OBJ)/*/*/*/*.d)
