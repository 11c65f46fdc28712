ALTER TABLE "routing_maps" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "routing_maps" ADD COLUMN "base" integer;