// The runs through the stages, as steps: four for each round, a stage may have been run through again.
import type { Complaint, Stage } from "@/pages/complaint/complaint";

export const STAGES = ["intake", "investigation", "resolution", "feedback"] as const;

export interface Step {
  stage: (typeof STAGES)[number];
  state: "done" | "current" | "ahead" | "skipped";
  run?: Stage; // the last one
  earlier: Stage[]; // sent back and run through before
}

export interface Round {
  round: number;
  steps: Step[];
}

function stepOf(stage: Step["stage"], runs: Stage[], running: boolean): Step {
  const mine = runs.filter((run) => run.stage === stage);
  const run = mine.at(-1);
  const after = runs.slice(run ? runs.lastIndexOf(run) + 1 : 0).some((other) => STAGES.indexOf(other.stage) > STAGES.indexOf(stage));
  let state: Step["state"] = "ahead";
  if (run && !run.completed_at) state = "current";
  else if (run) state = "done";
  else if (after || !running) state = "skipped";
  return { stage, state, run, earlier: mine.slice(0, -1) };
}

// Newest round first.
export function roundsOf(complaint: Complaint): Round[] {
  const rounds = [...new Set(complaint.stages.map(({ round }) => round))].sort((a, b) => b - a);
  return rounds.map((round) => {
    const runs = complaint.stages.filter((run) => run.round === round);
    const running = round === complaint.round && complaint.status === "open";
    return { round, steps: STAGES.map((stage) => stepOf(stage, runs, running)) };
  });
}

// Whether a run ended within its limit; null: it has none, or goes on.
export const inTime = (run: Stage): boolean | null => (run.completed_at && run.due_at ? Date.parse(run.completed_at) <= Date.parse(run.due_at) : null);
