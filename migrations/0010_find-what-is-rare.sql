DROP INDEX "decisions_held";--> statement-breakpoint
DROP INDEX "writebacks_waiting";--> statement-breakpoint
CREATE INDEX "decisions_by_connection" ON "decisions" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "decisions_held_by_priority" ON "decisions" USING btree ((values->>'priority'),"id") WHERE plan = 'hold';--> statement-breakpoint
CREATE INDEX "decisions_by_plan" ON "decisions" USING btree ("plan","id") WHERE plan in ('hold', 'skip');--> statement-breakpoint
CREATE INDEX "deliveries_by_time" ON "deliveries" USING btree ("connection_id","received_at");--> statement-breakpoint
CREATE INDEX "labels_by_provenance" ON "labels" USING btree ("provenance","updated_at");--> statement-breakpoint
CREATE INDEX "labels_by_value" ON "labels" USING btree ("field","value","updated_at");--> statement-breakpoint
CREATE INDEX "tickets_by_key" ON "tickets" USING btree ("key");--> statement-breakpoint
CREATE INDEX "writebacks_by_state" ON "writebacks" USING btree ("state","decision_id");