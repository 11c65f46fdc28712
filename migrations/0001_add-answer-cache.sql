CREATE TABLE "decision_cache" (
	"key" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"taxonomy_version" integer NOT NULL,
	"answer" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "decision_cache_by_age" ON "decision_cache" USING btree ("created_at");