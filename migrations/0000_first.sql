CREATE TABLE "audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "calibrations" (
	"model" text NOT NULL,
	"field" text NOT NULL,
	"curve" jsonb NOT NULL,
	"n" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calibrations_model_field_pk" PRIMARY KEY("model","field")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"base_url" text NOT NULL,
	"mode" text NOT NULL,
	"credentials" jsonb NOT NULL,
	"secrets" jsonb NOT NULL,
	"mapping" jsonb NOT NULL,
	"filters" jsonb NOT NULL,
	"settings" jsonb NOT NULL,
	"self_id" text,
	"paused_until" timestamp with time zone,
	"refreshing_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connections_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "dead_targets" (
	"connection_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"reason" text NOT NULL,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dead_targets_connection_id_kind_name_pk" PRIMARY KEY("connection_id","kind","name")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"ticket_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"cause" text NOT NULL,
	"plan" text NOT NULL,
	"reason" text NOT NULL,
	"values" jsonb NOT NULL,
	"sources" jsonb NOT NULL,
	"answers" jsonb NOT NULL,
	"route" jsonb,
	"trace" jsonb NOT NULL,
	"model" text,
	"taxonomy_version" integer NOT NULL,
	"map_version" integer,
	"rules_version" integer NOT NULL,
	"prompt_format" text,
	"tokens" jsonb,
	"ms" real NOT NULL,
	"model_ms" real,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"dedupe_key" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"repeats" integer DEFAULT 0 NOT NULL,
	"event" text NOT NULL,
	"ticket_id" text,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "examples" (
	"id" uuid PRIMARY KEY NOT NULL,
	"origin" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"language" text NOT NULL,
	"metadata" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"provenance" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"format" text NOT NULL,
	"filter" jsonb NOT NULL,
	"manifest" jsonb NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "labels" (
	"ticket_id" uuid NOT NULL,
	"field" text NOT NULL,
	"value" text NOT NULL,
	"provenance" text NOT NULL,
	"decision_id" uuid,
	"who" text,
	"at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "labels_ticket_id_field_pk" PRIMARY KEY("ticket_id","field")
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"taxonomy_version" integer NOT NULL,
	"labels_hash" text NOT NULL,
	"tickets" integer NOT NULL,
	"data" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "overrides" (
	"id" uuid PRIMARY KEY NOT NULL,
	"ticket_id" uuid NOT NULL,
	"decision_id" uuid NOT NULL,
	"field" text NOT NULL,
	"before" text,
	"after" text,
	"who" text,
	"at" timestamp with time zone NOT NULL,
	"minutes_after" real NOT NULL,
	"change_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rotations" (
	"key" text PRIMARY KEY NOT NULL,
	"turn" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "routing_maps" (
	"version" integer PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"document" jsonb NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rulesets" (
	"version" integer PRIMARY KEY NOT NULL,
	"document" jsonb NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "taxonomies" (
	"version" integer PRIMARY KEY NOT NULL,
	"document" jsonb NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"key" text NOT NULL,
	"url" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"language" text NOT NULL,
	"metadata" jsonb NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"removed_why" text,
	"created_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"bootstrap" boolean DEFAULT false NOT NULL,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "writebacks" (
	"decision_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"written" jsonb NOT NULL,
	"held_back" jsonb NOT NULL,
	"before" jsonb NOT NULL,
	"change_id" text,
	"note_id" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"written_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dead_targets" ADD CONSTRAINT "dead_targets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "labels" ADD CONSTRAINT "labels_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "writebacks" ADD CONSTRAINT "writebacks_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_by_time" ON "audit" USING btree ("at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "decisions_once" ON "decisions" USING btree ("cause");--> statement-breakpoint
CREATE INDEX "decisions_by_ticket" ON "decisions" USING btree ("ticket_id","created_at");--> statement-breakpoint
CREATE INDEX "decisions_by_time" ON "decisions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "decisions_held" ON "decisions" USING btree ("created_at") WHERE plan = 'hold';--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once" ON "deliveries" USING btree ("connection_id","dedupe_key");--> statement-breakpoint
CREATE INDEX "deliveries_waiting" ON "deliveries" USING btree ("event","received_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "deliveries_by_ticket" ON "deliveries" USING btree ("connection_id","ticket_id");--> statement-breakpoint
CREATE UNIQUE INDEX "examples_once" ON "examples" USING btree ("origin");--> statement-breakpoint
CREATE INDEX "labels_by_time" ON "labels" USING btree ("updated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "overrides_once" ON "overrides" USING btree ("ticket_id","field","change_key");--> statement-breakpoint
CREATE INDEX "overrides_by_time" ON "overrides" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "routing_maps_one_draft" ON "routing_maps" USING btree ("state") WHERE state = 'draft';--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_once" ON "tickets" USING btree ("connection_id","external_id");--> statement-breakpoint
CREATE INDEX "writebacks_waiting" ON "writebacks" USING btree ("updated_at") WHERE state in ('waiting', 'sending');