// Every way in which something can stand: its word, icon and tone.  The one place that maps them.

import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleSlash,
  CircleX,
  Clock,
  Globe,
  History,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  OctagonPause,
  RefreshCw,
  SkipForward,
  TriangleAlert,
} from "lucide-react";
import type { AssetStatus, LocationHealth, RunStatus, StepStatus } from "../api/types";

/** The tokens --TONE-text, --TONE-fill and --TONE-line. */
export type Tone = "good" | "bad" | "busy" | "warn" | "calm" | "outer";
export type Status = AssetStatus | RunStatus | StepStatus | LocationHealth | "passed";
export type StatusLook = { label: string; icon: LucideIcon; tone: Tone; turns?: boolean };

export const STATUSES: Readonly<Record<Status, StatusLook>> = {
  // assets
  materialized: { label: "Materialized", icon: CircleCheck, tone: "good" },
  missing: { label: "Missing", icon: CircleDashed, tone: "calm" },
  failed: { label: "Failed", icon: CircleX, tone: "bad" },
  running: { label: "Running", icon: LoaderCircle, tone: "busy", turns: true },
  external: { label: "External", icon: Globe, tone: "outer" },
  // code locations, and values that are behind
  ok: { label: "Loaded", icon: CircleCheck, tone: "good" },
  stale: { label: "Stale", icon: History, tone: "warn" },
  broken: { label: "Broken", icon: TriangleAlert, tone: "bad" },
  // runs
  queued: { label: "Queued", icon: Hourglass, tone: "calm" },
  started: { label: "Running", icon: LoaderCircle, tone: "busy", turns: true },
  canceling: { label: "Canceling", icon: OctagonPause, tone: "warn" },
  success: { label: "Succeeded", icon: CircleCheck, tone: "good" },
  failure: { label: "Failed", icon: CircleX, tone: "bad" },
  canceled: { label: "Canceled", icon: CircleSlash, tone: "calm" },
  interrupted: { label: "Interrupted", icon: CircleAlert, tone: "warn" },
  // steps
  waiting: { label: "Waiting", icon: Clock, tone: "calm" },
  ready: { label: "Ready", icon: CircleDot, tone: "calm" },
  starting: { label: "Starting", icon: LoaderCircle, tone: "busy", turns: true },
  retrying: { label: "Retrying", icon: RefreshCw, tone: "warn" },
  skipped: { label: "Skipped", icon: SkipForward, tone: "calm" },
  // checks
  passed: { label: "Passed", icon: CircleCheck, tone: "good" },
};
