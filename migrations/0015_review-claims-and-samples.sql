CREATE TABLE "claims" (
	"decision_id" uuid PRIMARY KEY NOT NULL,
	"who" text NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "sample" real;--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decisions_sampled" ON "decisions" USING btree ("id") WHERE sample is not null;