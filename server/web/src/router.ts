import { nextTick, watchEffect } from "vue";
import { createRouter, createWebHistory, type RouteLocationNormalized } from "vue-router";
import NotFound from "@/parts/NotFound.vue";
import { acting } from "@/base/acting";
import { language } from "@/base/i18n";
import { hasRole, self, who } from "@/base/session";
import { pages, type Page } from "@/pages";

declare module "vue-router" {
  interface RouteMeta {
    page?: Page;
  }
}

// Where somebody was going when they left for the sign-on provider.
const GOING = "desk.going";

// Nothing is administered on behalf of somebody else.
export const isBarred = (page: Page | undefined): boolean => !!page?.own && !!acting;

export const mayEnter = (page: Page | undefined): boolean => !isBarred(page) && (!page?.roles || hasRole(page.roles));

// The first page of the navigation that is theirs.
export function home(): string {
  return `/desk/${(pages.find((page) => page.icon && mayEnter(page)) ?? pages.find(({ name }) => name === "account"))?.path}`;
}

export const router = createRouter({
  history: createWebHistory("/"),
  routes: [
    ...pages.map((page) => ({ name: page.name, path: `/desk/${page.path}`, component: page.show, meta: { page } })),
    { path: "/", alias: "/desk", redirect: () => (who.value ? (going() ?? home()) : { name: "sign-in" }) },
    { path: "/:rest(.*)*", component: NotFound },
  ],
  scrollBehavior: (to, _from, saved) => saved ?? (to.meta.page?.scrolls ? false : { top: 0 }),
});

export function rememberGoing(to: string): void {
  sessionStorage.setItem(GOING, to);
}

function going(): string | null {
  const to = sessionStorage.getItem(GOING);
  sessionStorage.removeItem(GOING);
  return to && inside(to) ? to : null;
}

// Whether what comes from outside is an address of the desk, as a browser reads it.
export function inside(to: unknown): to is string {
  if (typeof to !== "string" || !to.startsWith("/desk/")) return false;
  const { origin, pathname } = new URL(to, location.origin);
  return origin === location.origin && pathname.startsWith("/desk/") && !pathname.startsWith("/desk/sign-in");
}

router.beforeEach((to) => {
  const page = to.meta.page;
  if (!who.value) return page?.open ? true : { name: "sign-in", query: inside(to.fullPath) ? { to: to.fullPath } : {} };
  if (page?.open) return inside(to.query.to) ? to.query.to : home();
  if (self.value?.password_temporary && page?.name !== "account") return { name: "account" };
  return true;
});

const titleOf = (route: RouteLocationNormalized): string => {
  const desk = language.value === "zh" ? "投诉工作台" : "Complaints desk";
  const title = route.meta.page?.title[language.value];
  return [route.params.part, title, desk].filter(Boolean).join(" · ");
};

watchEffect(() => (document.title = titleOf(router.currentRoute.value)));

// Who reads with the ears hears the new page from its beginning.
router.afterEach((to, from) => {
  if (from.matched.length && to.path !== from.path) void nextTick(() => document.getElementById("main")?.focus());
});
