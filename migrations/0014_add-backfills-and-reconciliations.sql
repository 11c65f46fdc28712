CREATE TABLE "backfills" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"cursor" text,
	"total" integer,
	"counts" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"outside" jsonb NOT NULL,
	"reason" text,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"began" timestamp with time zone NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"cursor" text,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "routed" jsonb;--> statement-breakpoint
ALTER TABLE "backfills" ADD CONSTRAINT "backfills_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciliations" ADD CONSTRAINT "reconciliations_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "backfills_one_running" ON "backfills" USING btree ("connection_id") WHERE state = 'running';