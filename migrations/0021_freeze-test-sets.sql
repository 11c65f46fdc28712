CREATE TABLE "frozen_items" (
	"item" uuid PRIMARY KEY NOT NULL,
	"text_hash" text NOT NULL,
	"export_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "frozen_items_by_text" ON "frozen_items" USING btree ("text_hash");