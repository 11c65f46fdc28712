CREATE TABLE "audit_head" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "salt" uuid DEFAULT gen_random_uuid();--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "seq" bigint;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "content" text;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "hash" text;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_by_seq" ON "audit" USING btree ("seq");--> statement-breakpoint
CREATE INDEX "audit_by_actor" ON "audit" USING btree ("actor" text_pattern_ops,"id");--> statement-breakpoint
CREATE INDEX "audit_by_action" ON "audit" USING btree ("action" text_pattern_ops,"id");--> statement-breakpoint
CREATE INDEX "audit_by_subject" ON "audit" USING btree ("subject","id");--> statement-breakpoint
INSERT INTO "audit_head" ("seq", "hash") VALUES (0, '');--> statement-breakpoint
-- Links one row to the chain. The row of audit_head is locked until the commit, so that there is one chain however many
-- processes write.
CREATE FUNCTION chain_audit_row(row_id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  entry audit%ROWTYPE;
  head audit_head%ROWTYPE;
BEGIN
  SELECT * INTO entry FROM audit WHERE id = row_id;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT * INTO head FROM audit_head FOR UPDATE;
  head.seq := head.seq + 1;
  entry.content := encode(sha256(convert_to(
    entry.salt::text || jsonb_build_array(entry.before, entry.after)::text, 'UTF8')), 'hex');
  head.hash := encode(sha256(convert_to(head.hash || jsonb_build_array(
    head.seq, entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.actor, entry.action, entry.subject,
    entry.content)::text, 'UTF8')), 'hex');
  UPDATE audit SET seq = head.seq, content = entry.content, hash = head.hash WHERE id = row_id;
  UPDATE audit_head SET seq = head.seq, hash = head.hash;
END $$;--> statement-breakpoint
CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chain_audit_row(NEW.id);
  RETURN NULL;
END $$;--> statement-breakpoint
-- Deferred to the commit: a change waits for others only while they commit, and holds no lock that another waits for.
CREATE CONSTRAINT TRIGGER chain_audit AFTER INSERT ON "audit" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION chain_audit();--> statement-breakpoint
DO $$
DECLARE
  old_id uuid;
BEGIN
  FOR old_id IN SELECT id FROM audit ORDER BY id LOOP
    PERFORM chain_audit_row(old_id);
  END LOOP;
END $$;
