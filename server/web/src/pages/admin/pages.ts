// What administrators keep in order, and supervisors and auditors see to.
import { OfficeBuilding, User } from "@element-plus/icons-vue";
import type { Page } from "@/pages";

export const administration: Page[] = [
  {
    name: "units",
    path: "units",
    title: { zh: "机构", en: "Units" },
    roles: ["security_admin", "system_admin"],
    icon: OfficeBuilding,
    group: "admin",
    show: () => import("@/pages/admin/units/UnitsPage.vue"),
  },
  {
    name: "staff",
    path: "staff/:part?",
    title: { zh: "人员", en: "Staff" },
    roles: ["security_admin"],
    icon: User,
    group: "admin",
    show: () => import("@/pages/admin/staff/StaffPage.vue"),
  },
];
