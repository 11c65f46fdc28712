CREATE TABLE "erasures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"hashes" jsonb NOT NULL,
	"counts" jsonb NOT NULL,
	"exports" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "export_items" (
	"export_id" uuid NOT NULL,
	"item" uuid NOT NULL,
	CONSTRAINT "export_items_item_export_id_pk" PRIMARY KEY("item","export_id")
);
--> statement-breakpoint
CREATE TABLE "purges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"what" text NOT NULL,
	"rows" integer NOT NULL,
	"before" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "exports" ADD COLUMN "erased" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "requester_id" text;--> statement-breakpoint
CREATE INDEX "overrides_by_decision" ON "overrides" USING btree ("decision_id");