import type { Texts } from "@/pages/help/chapter";

const MEASURES = "Measures for handling consumer complaints in banking and insurance (CBIRC order 3 of 2020, 《银行业保险业消费投诉处理管理办法》)";

export const en: Texts = {
  stages: {
    title: "Four stages",
    lead: "Every complaint goes through intake, investigation, resolution and feedback. Each stage has at all times one named owner and one due time.",
    points: [
      "Completing a stage names the owner of the next one, who is responsible from that moment on.",
      "Investigation is left with findings; resolution with a plan, and redress above the limit needs somebody else's approval.",
      "Feedback ends by closing the complaint, and that takes a decision that was delivered.",
      "An offer that nobody has accepted stands in the way of completing a stage: wait for it, or take it back.",
    ],
  },
  ownership: {
    title: "Owners and hand-over",
    lead: "A hand-over counts once it is accepted. Until then the giver is responsible, and the clock runs on.",
    points: [
      "The other may accept, or refuse with a reason; the giver may take the offer back. Offers and refusals are counted, and everybody sees the count.",
      "A supervisor may assign the complaint; that holds at once and ends a pending offer.",
      "The owner, whoever it is offered to and earlier owners see the complaint whatever their unit.",
    ],
  },
  deputies: {
    title: "Deputies",
    lead: "Whoever is away may have a deputy, who acts for them for a time. The person stays responsible, and journals name both.",
    points: [
      "The deputy chooses “Act for …” in the menu at the top right; above every page stands for whom they act, and “Act for yourself” ends it. It holds in that tab alone: another one is one's own.",
      "A deputy may do to complaints what the person may, but neither sees nor works on one from which the deputy is recused.",
      "A deputy does not approve what the person asked for, not even afterwards, nor what they asked for themselves on the person's behalf.",
      "What is administered, such as units, staff and limits, and passwords and sessions are nobody else's: these are done by oneself.",
    ],
  },
  "send-back": {
    title: "Sending back",
    lead: "If an earlier stage was not done properly, the complaint goes back to it, with a reason and a named owner.",
    points: [
      "That stage begins anew within the same round, with its full time. The times of all its turns are added up.",
      "The statutory limit stays where it is, and governs when it comes first.",
    ],
  },
  urging: {
    title: "Orders of supervisors",
    lead: "A supervisor may urge an open complaint: say what is wanted and by when; the owner answers.",
    points: ["An order moves no clock. Until it is answered, it stands at the top of the owner's work.", "A complaint may have several orders, each with its own answer; its end answers them all."],
  },
  links: {
    title: "Links and merging",
    lead: "A repeated complaint, or several about the same matter, are linked. What is really one matter may be merged into the one received first, which goes on for both.",
    points: [
      "A repeat without anything new is linked; with new facts, the complaint is reopened and the limit begins anew.",
      "A link moves no clock, and both complaints go on.",
      "“Merged into” ends this one. So the other must be open, received no later and due by law no later, no decision of either was delivered, and whoever merges is owner or supervisor of both.",
      "A wrong link is removed with a reason and stays on record; a merge is undone only by reopening the one that ended.",
    ],
    law: `${MEASURES}, on repeats; when to merge is this system's rule`,
  },
  limits: {
    title: "Two clocks: the earlier one governs",
    lead: "The statutory limit is for the whole complaint, the stage limit for the present stage. Both run at once; time left and overdue always mean the earlier one.",
    points: [
      "The statutory limit counts natural days. The day of receipt is not counted; the last day ends at 23:59:59. 15 days for ordinary complaints; 30 for complex and major ones, if they were classified as such within the first 15.",
      "Stage limits count working days and are the institution's policy: by default 1, 5, 3 and 2 for ordinary complaints, 1, 10, 6 and 3 for complex and major ones.",
      "They begin with the receipt, not with the entry. Only a supervisor corrects the time of receipt, with a reason, and both limits are computed anew.",
      "A complaint keeps the policy that was in force when it was received.",
      "Complaints forwarded by the regulator (12378) count from the bank's own receipt, too.",
    ],
    law: `${MEASURES}; PBOC order 5 of 2020`,
  },
  workdays: {
    title: "How working days are counted",
    lead: "n working days from a moment end with the last working period of the n-th working day after that day, which is itself not counted.",
    points: [
      "Received on Friday 20 November 2026 at 09:12, one working day: Monday 23 November at 17:30.",
      "The calendar follows the State Council's: public holidays do not count, make-up Saturdays and Sundays do.",
      "Working hours are 09:00–12:00 and 13:30–17:30 by default, in the institution's zone.",
      "In a year without a calendar weekdays count, and the page says so. Importing or mending a calendar computes open stages anew, on record; what is done stays.",
      "Around Spring Festival and National Day 11 working days may be longer than 15 natural days: then the statutory limit comes first.",
    ],
  },
  overdue: {
    title: "Due soon and overdue",
    lead: "Both follow the limit that ends first, and are reckoned at the moment when the page is opened.",
    points: [
      "Overdue: open, though its due time has passed.",
      "Due soon: less than the warning time is left. The limits set that time for each level; it counts working time.",
      "While the clock is stopped there is no due time: a complaint is then neither.",
      "Orders of supervisors that wait for an answer are counted apart.",
    ],
  },
  pauses: {
    title: "Stopping the clock",
    lead: "During a pause the stage clock stands still: there is no due time, and nothing gets overdue. Afterwards the rest of the working time goes on.",
    points: [
      "Only mediation and outside appraisal stop the statutory limit, and only if the complainant is told: it moves by the whole days from the beginning or the telling, whichever is later, to the end.",
      "Other reasons, such as waiting for papers of the complainant, stop the stage clock alone.",
      "End a pause as soon as its reason is gone.",
    ],
    law: MEASURES,
  },
  extensions: {
    title: "Extending the limit",
    lead: "In specially complex cases the statutory limit may be extended. That takes effect if it was both approved and told to the complainant before the limit ran out.",
    points: [
      "At most 30 days at a time, and 60 in all.",
      "Somebody of a superior unit or the head office approves it, never who asked.",
      "Tell the complainant at once, and record when and how. What comes too late stays on record without effect.",
      "Only the statutory limit moves, stage limits do not.",
    ],
    law: MEASURES,
  },
  rules: {
    title: "New limits",
    lead: "Limits of stages, warning times, what takes approval and how long complaints are kept are the institution's policy. Every version stays on record.",
    points: [
      "A policy holds for complaints received from its first day on, until the next one; earlier ones keep theirs.",
      "With a first day in the past it is a correction: open complaints received since come under it, and their limits are computed anew, on record. What has ended stays, also when it is reopened.",
      "Try it first: it is shown how many due times move, and whether any becomes overdue by it.",
      "The statutory limit is the regulator's: the days entered here ought not to exceed it.",
    ],
    law: `${MEASURES}, on the statutory limit; all else is the institution's own`,
  },
  simple: {
    title: "Simple matters",
    lead: "What can be put right at intake, to the complainant's content, is settled there: say how, and the other stages are not needed.",
    points: ["At intake only; once it is investigated it takes the ordinary course.", "It counts in all figures, may be called back and reopened."],
  },
  declined: {
    title: "Not accepted",
    lead: "What is outside the scope is declined at intake, with a reason code and an explanation.",
    points: ["The complainant is told; record that as a contact.", "It counts in all figures and may be reopened."],
  },
  withdrawn: {
    title: "Withdrawn",
    lead: "The complainant may withdraw at any stage. The procedure ends on the day on which that arrives, so enter the real time.",
    points: ["It takes effect whatever is pending.", "With something new to say, the complainant may come back: the complaint is reopened."],
    law: MEASURES,
  },
  closing: {
    title: "Decision, delivery, closing",
    lead: "A drafted answer is no answer. Before the complaint is closed, the decision is delivered, with channel, time and proof on record.",
    points: [
      "A decision states the verified facts, what was decided, and on what basis; review, mediation, arbitration and court are added by the system.",
      "Each change makes a version, and it is on record which one was delivered.",
      "That somebody cannot be reached takes recorded attempts. Anonymous complaints need no delivery.",
    ],
    law: MEASURES,
  },
  reopening: {
    title: "Reopening and review",
    lead: "What has ended may get another round. The figures of the round before stay as they are; the new one has its own clock.",
    points: [
      "Review: within 30 days of the decision the complainant applies to the superior unit, which decides within 30 days of the application. Nobody who handled the complaint may own it.",
      "New facts: 15 days from their receipt.",
      "Error: the institution mends its own mistake, 15 days from the reopening.",
      "A repeat of the same matter without anything new is linked.",
    ],
    law: MEASURES,
  },
  "four-eyes": {
    title: "Four eyes",
    lead: "Four things need a second person, who is never the one who asked.",
    points: [
      "An extension of the statutory limit.",
      "A plan whose redress exceeds the limit (CNY 10,000 by default).",
      "Seeing identity, account and card numbers as they were written.",
      "Voiding what was recorded by mistake. What was decided and delivered cannot be voided.",
      "What waits for you stands first in “My work” (“To approve”), and is a view of the list of complaints.",
    ],
  },
  recusal: {
    title: "Recusal",
    lead: "The member of staff complained about neither handles nor sees the complaint; whoever handled it takes no part in its review.",
    points: ["Name their login at intake, and the system keeps them out.", "They are not offered as owners, and an attempt to name them is refused."],
    law: MEASURES,
  },
  masking: {
    title: "Masking, and seeing what was written",
    lead: "Names, phone, identity and account numbers are masked for everybody, also inside texts, lists, exports and records. Where there is need, one may ask to see them.",
    points: [
      "The present owner sees name, phone, e-mail and address at once, for a purpose.",
      "Identity, account and card numbers need another supervisor's approval. A request nobody decides is over after 24 hours; once approved, it may be read once within an hour.",
      "Who saw what, when and why is on record, without the values.",
      "Passwords and card security codes never belong in a complaint.",
    ],
    law: "Personal Information Protection Law (《个人信息保护法》)",
  },
  retention: {
    title: "Keeping, holding and erasing",
    lead: "An ended complaint is kept until its retention is over. What is erased then are personal values and texts; the complaint and its journal stay.",
    points: [
      "It is kept for 3 years from its end at least; the limits may say longer.",
      "What has to be kept on, as for a lawsuit or an inquiry, is held by a supervisor, and not erased until the hold is lifted.",
      "One supervisor asks for erasing and another approves; it cannot be undone. What is held, open, was changed within eight days or is about either of them is skipped.",
      "Number, dates, classes, stages, who worked on it and the journal remain, and the journal can still be verified.",
    ],
    law: `${MEASURES}, on 3 years at least`,
  },
  joint: {
    title: "Major and joint complaints",
    lead: "Joint complaints of 20 and more people, those after a disaster or accident, and those named by the regulator are major: supervisors are told at once.",
    points: ["Enter the number of people; from 20 on the level is major by rule and cannot be lowered.", "A joint complaint has at most 5 representatives.", "Major complaints have the limits of complex ones."],
    law: MEASURES,
  },
};
