// The desk's pages, in the order of the navigation. A page's address is /desk/{path}; what it shows
// can be one part more, /desk/complaints/TS20261122000123, and no deeper: the server knows these.
import type { Component } from "vue";
import { DataBoard, EditPen, Files, Tickets } from "@element-plus/icons-vue";
import type { Role } from "@/base/session";
import { administration } from "@/pages/admin/pages";

export interface Page {
  name: string;
  path: string;
  title: { zh: string; en: string };
  // Who may enter; without it everybody who is signed in.
  roles?: readonly Role[];
  // For nobody else: not while one acts for somebody.
  own?: boolean;
  // In the navigation, when it has an icon.
  icon?: Component;
  // Under which heading there; without it first.
  group?: "admin";
  // Scrolls itself, to what its address names.
  scrolls?: boolean;
  // Before anybody signed in, too.
  open?: boolean;
  show: () => Promise<Component>;
}

export const groups = [{ name: "admin", title: { zh: "管理", en: "Administration" } }] as const;

export const pages: Page[] = [
  {
    name: "work",
    path: "work",
    title: { zh: "我的工作", en: "My work" },
    roles: ["intake", "handler", "supervisor"],
    icon: Tickets,
    show: () => import("@/pages/my-work/WorkPage.vue"),
  },
  {
    name: "submit",
    path: "submit",
    title: { zh: "登记投诉", en: "New complaint" },
    roles: ["intake", "handler", "supervisor"],
    icon: EditPen,
    show: () => import("@/pages/submit/SubmitPage.vue"),
  },
  {
    name: "board",
    path: "board",
    title: { zh: "督办看板", en: "Board" },
    roles: ["supervisor", "auditor"],
    icon: DataBoard,
    show: () => import("@/pages/board/BoardPage.vue"),
  },
  {
    name: "complaints",
    path: "complaints",
    title: { zh: "投诉查询", en: "Complaints" },
    roles: ["intake", "handler", "supervisor", "auditor"],
    icon: Files,
    show: () => import("@/pages/complaints/ComplaintsPage.vue"),
  },
  {
    name: "complaint",
    path: "complaints/:part",
    title: { zh: "投诉详情", en: "Complaint" },
    roles: ["intake", "handler", "supervisor", "auditor"],
    show: () => import("@/pages/complaint/ComplaintPage.vue"),
  },
  {
    name: "letter",
    path: "letter/:part",
    title: { zh: "答复函", en: "Reply letter" },
    roles: ["intake", "handler", "supervisor", "auditor"],
    show: () => import("@/pages/letter/LetterPage.vue"),
  },
  ...administration,
  {
    name: "help",
    path: "help/:part?",
    title: { zh: "帮助", en: "Help" },
    scrolls: true,
    show: () => import("@/pages/help/HelpPage.vue"),
  },
  {
    name: "account",
    path: "account",
    title: { zh: "密码与会话", en: "Password and sessions" },
    show: () => import("@/pages/account/AccountPage.vue"),
  },
  {
    name: "sign-in",
    path: "sign-in",
    title: { zh: "登录", en: "Sign in" },
    open: true,
    show: () => import("@/pages/sign-in/SignInPage.vue"),
  },
];
