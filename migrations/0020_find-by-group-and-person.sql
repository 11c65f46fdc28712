DROP INDEX "decisions_by_assignee";--> statement-breakpoint
CREATE INDEX "decisions_of_group" ON "decisions" USING btree ((route->>'group'),"id");--> statement-breakpoint
CREATE INDEX "decisions_of_person" ON "decisions" USING btree ((route->>'assignee'),"id") WHERE route->>'assignee' is not null;