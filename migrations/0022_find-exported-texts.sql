ALTER TABLE "export_items" ADD COLUMN "text_hash" text;--> statement-breakpoint
CREATE INDEX "export_items_by_text" ON "export_items" USING btree ("text_hash");