CREATE TABLE "autonomy" (
	"connection_id" uuid NOT NULL,
	"field" text NOT NULL,
	"value" text NOT NULL,
	"state" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"counts_from" timestamp with time zone,
	"by" text,
	"because" text NOT NULL,
	"ticket_id" uuid,
	CONSTRAINT "autonomy_connection_id_field_value_pk" PRIMARY KEY("connection_id","field","value")
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"ticket_id" uuid NOT NULL,
	"field" text NOT NULL,
	"value" text NOT NULL,
	"connection_id" uuid NOT NULL,
	"decision_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"right" boolean NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "evidence_ticket_id_field_pk" PRIMARY KEY("ticket_id","field")
);
--> statement-breakpoint
ALTER TABLE "autonomy" ADD CONSTRAINT "autonomy_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "autonomy" ADD CONSTRAINT "autonomy_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evidence_by_value" ON "evidence" USING btree ("connection_id","field","value","at");